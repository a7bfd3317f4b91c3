import Graph

/// The operator is withdrawn: `alpha · tanh(beta · x)`.
enum ScaledTanh_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let inner = try builder.add("Mul", [x, try builder.scalar(draft.float("beta") ?? 1, like: x)])
    let alpha = try builder.scalar(draft.float("alpha") ?? 1, like: x)
    draft.become("Mul", [try builder.add("Tanh", [inner]), alpha])
  }
}
