import Graph
import KernelRuntime

/// A convolution of quantized tensors as 32-bit integers.
enum ConvIntegerOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.int32, try call.convolvedShape()))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ConvIntegerKernel(conv: try ConvOp.convKernel(call))
  }
}
