import Graph
import KernelRuntime

/// Its operand quantized to bytes, with the scale and zero point that its own range asks for.
enum DynamicQuantizeLinearOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [
      .tensor(TensorType(.uint8, try call.shape(0))), .tensor(TensorType(.float, [])), .tensor(TensorType(.uint8, [])),
    ]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { DynamicQuantizeLinearKernel() }
}
