import Graph

/// dX = Y (dY - Σ dY Y) for Softmax, dX = dY - exp(Y) Σ dY for its logarithm.
enum SoftmaxGradient: GradientRule {
  static let operators = ["LogSoftmax", "Softmax"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let (y, dy) = (site.y, try site.dy)
    let axis = try builder.constant([site.call.int("axis")])
    let isLogarithm = site.call.op.type == "LogSoftmax"
    let terms = isLogarithm ? dy : try builder.add("Mul", [dy, y])
    let sum = try builder.add("ReduceSum", [terms, axis], ["keepdims": .int(1)])
    if isLogarithm {
      return try builder.add("Sub", [dy, builder.add("Mul", [builder.add("Exp", [y]), sum])])
    }
    return try builder.add("Mul", [y, builder.add("Sub", [dy, sum])])
  }
}
