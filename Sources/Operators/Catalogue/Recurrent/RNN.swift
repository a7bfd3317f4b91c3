import Graph
import KernelRuntime

/// A plain recurrent network.
enum RNNOp: RecurrentOp {
  static let gateCount = 1

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let attributes = try RecurrentAttributes(call)
    return RNNKernel(
      direction: attributes.direction, activations: attributes.activations, activationAlpha: attributes.alpha,
      activationBeta: attributes.beta, clip: attributes.clip, hiddenSize: attributes.hiddenSize,
      isBatchFirst: attributes.isBatchFirst)
  }
}
