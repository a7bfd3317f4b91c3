import Graph
import KernelRuntime

/// A step against a running mean of gradients, scaled by one of their squares.
///
/// Source: Kingma and Ba, Adam (2014), and the operator's definition.
enum AdamOp: OptimizerOp {
  static let stateCount = 2

  static func step(
    _ x: ValueID, gradient: ValueID, states: [ValueID], _ call: OperatorCall, _ type: ElementType,
    _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    let (alpha, beta) = (try call.float("alpha"), try call.float("beta"))
    let regularized = try builder.regularized(gradient, x, call, type)
    let mean = try builder.blend(states[0], alpha, regularized, 1 - alpha, type)
    let squares = try builder.blend(states[1], beta, builder.add("Mul", [regularized, regularized]), 1 - beta, type)
    let root = try builder.sum(
      builder.add("Sqrt", [squares]), builder.constant(Double(call.float("epsilon")), type))

    // Both means start at zero, which the rate makes up for.
    let rate = try builder.cast(builder.required(0), to: type)
    let count = try builder.cast(builder.required(1), to: type)
    func rest(_ factor: Float, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
      let power = try builder.add("Pow", [builder.constant(Double(factor), type), count])
      return try builder.add("Sub", [builder.constant(1, type), power])
    }
    let corrected = try builder.add(
      "Div", [builder.add("Mul", [rate, builder.add("Sqrt", [rest(beta, &builder)])]), rest(alpha, &builder)])
    let adjusted = try builder.add("Where", [builder.isLaterStep(), corrected, rate])
    let change = try builder.add("Mul", [adjusted, builder.add("Div", [mean, root])])
    let moved = try builder.add("Sub", [x, change])
    return [try builder.scaled(moved, by: 1 - call.float("norm_coefficient_post"), type), mean, squares]
  }
}
