import Graph

/// The operator is withdrawn: a product and a bias for each channel of `[N, C, H, W]` say it.
enum ImageScaler_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let scaled = try builder.add("Mul", [x, try builder.scalar(draft.float("scale") ?? 1, like: x)])
    guard let bias = draft.floats("bias"), !bias.isEmpty else { return draft.become("Identity", [scaled]) }
    let column = try builder.add("Unsqueeze", [try builder.constant(bias), try builder.constant([1, 2])])
    draft.become("Add", [scaled, try builder.add("CastLike", [column, x])])
  }
}
