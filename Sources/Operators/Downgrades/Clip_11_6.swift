import Graph

/// The bounds are attributes; those that the model computes are taken by Max and Min.
enum Clip_11_6: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    var x = try draft.required(0)
    for (i, name) in ["min", "max"].enumerated() {
      guard let bound = draft.operand(i + 1) else { continue }
      if let number = builder.known(bound)?.doubles?.first {
        draft.attributes[name] = .float(Float(number))
      } else {
        x = try builder.add(name == "min" ? "Max" : "Min", [x, bound])
      }
    }
    draft.operands = [x]
  }
}
