import Graph

/// The operator is withdrawn: a product and a sum say it.
enum Affine_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let scaled = try builder.add("Mul", [x, try builder.scalar(draft.float("alpha") ?? 1, like: x)])
    draft.become("Add", [scaled, try builder.scalar(draft.float("beta") ?? 0, like: x)])
  }
}
