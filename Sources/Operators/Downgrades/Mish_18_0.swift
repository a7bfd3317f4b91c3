import Graph

/// It is the input times the hyperbolic tangent of its softplus.
enum Mish_18_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    draft.become("Mul", [x, try builder.add("Tanh", [try builder.add("Softplus", [x])])])
  }
}
