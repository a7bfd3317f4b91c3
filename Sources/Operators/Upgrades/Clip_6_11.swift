import Graph

/// The bounds are inputs of the type of what is clipped.
enum Clip_6_11: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    for (i, name) in ["min", "max"].enumerated() {
      if let bound = draft.takeFloat(name) { draft.setOperand(i + 1, to: try builder.scalar(bound, like: x)) }
    }
  }
}
