import Graph
import KernelRuntime

/// A long short-term memory.
enum LSTMOp: RecurrentOp {
  static let gateCount = 4
  static let hasCell = true

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let attributes = try RecurrentAttributes(call)
    return LSTMKernel(
      direction: attributes.direction, activations: attributes.activations, activationAlpha: attributes.alpha,
      activationBeta: attributes.beta, clip: attributes.clip, hiddenSize: attributes.hiddenSize,
      isBatchFirst: attributes.isBatchFirst, inputForget: try call.flag("input_forget"))
  }
}
