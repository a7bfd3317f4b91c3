import Graph
import KernelRuntime

/// A convolution of quantized tensors, quantized again.
enum QLinearConvOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 7, call.convolvedShape(weights: 3, bias: 8))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    QLinearConvKernel(conv: try ConvOp.convKernel(call))
  }
}
