import Graph

/// It is the input times its sigmoid.
enum Swish_24_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let alpha = draft.float("alpha") ?? 1
    let scaled = alpha == 1 ? x : try builder.add("Mul", [x, try builder.scalar(alpha, like: x)])
    draft.become("Mul", [x, try builder.add("Sigmoid", [scaled])])
  }
}
