import Graph

/// The operator is withdrawn: a product says it.
enum Scale_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    draft.become("Mul", [x, try builder.scalar(draft.float("scale") ?? 1, like: x)])
  }
}
