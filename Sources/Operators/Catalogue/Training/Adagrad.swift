import Graph
import KernelRuntime

/// A step against the gradient, shorter where gradients were large.
///
/// Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011), and the operator's definition.
enum AdagradOp: OptimizerOp {
  static let stateCount = 1

  static func step(
    _ x: ValueID, gradient: ValueID, states: [ValueID], _ call: OperatorCall, _ type: ElementType,
    _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    let count = try builder.cast(builder.required(1), to: type)
    let decay = try builder.sum(
      builder.scaled(count, by: call.float("decay_factor"), type), builder.constant(1, type))
    let rate = try builder.add("Div", [builder.cast(builder.required(0), to: type), decay])
    let regularized = try builder.regularized(gradient, x, call, type)
    let squares = try builder.sum(states[0], builder.add("Mul", [regularized, regularized]))
    let root = try builder.sum(
      builder.add("Sqrt", [squares]), builder.constant(Double(call.float("epsilon")), type))
    let change = try builder.add("Div", [builder.add("Mul", [rate, regularized]), root])
    return [try builder.add("Sub", [x, change]), squares]
  }
}
