import Graph
import KernelRuntime

/// A gated recurrent unit.
enum GRUOp: RecurrentOp {
  static let gateCount = 3

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let attributes = try RecurrentAttributes(call)
    return GRUKernel(
      direction: attributes.direction, activations: attributes.activations, activationAlpha: attributes.alpha,
      activationBeta: attributes.beta, clip: attributes.clip, hiddenSize: attributes.hiddenSize,
      isBatchFirst: attributes.isBatchFirst, linearBeforeReset: try call.flag("linear_before_reset"))
  }
}
