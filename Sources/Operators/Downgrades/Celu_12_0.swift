import Graph

/// It is an Elu of the input divided by alpha, times alpha.
enum Celu_12_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let alpha = try builder.scalar(draft.float("alpha") ?? 1, like: x)
    draft.become("Mul", [try builder.add("Elu", [try builder.add("Div", [x, alpha])]), alpha])
  }
}
