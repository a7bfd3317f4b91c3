import Graph
import KernelRuntime

/// A step along a running sum of gradients, of Polyak's or of Nesterov's kind.
///
/// Source: Sutskever et al., On the Importance of Initialization and Momentum (2013), and the operator's definition.
enum MomentumOp: OptimizerOp {
  private enum Mode: String {
    case standard, nesterov
  }

  static let stateCount = 1

  static func step(
    _ x: ValueID, gradient: ValueID, states: [ValueID], _ call: OperatorCall, _ type: ElementType,
    _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    let alpha = try call.float("alpha")
    let regularized = try builder.regularized(gradient, x, call, type)
    // The first gradient counts in full.
    let share = try builder.add(
      "Where",
      [builder.isLaterStep(), builder.constant(Double(call.float("beta")), type), builder.constant(1, type)])
    let sum = try builder.sum(
      builder.scaled(states[0], by: alpha, type), builder.add("Mul", [share, regularized]))
    let direction =
      try call.choice("mode", of: Mode.self) == .nesterov
      ? builder.sum(builder.scaled(sum, by: alpha, type), regularized) : sum
    let rate = try builder.cast(builder.required(0), to: type)
    return [try builder.add("Sub", [x, builder.add("Mul", [rate, direction])]), sum]
  }
}
