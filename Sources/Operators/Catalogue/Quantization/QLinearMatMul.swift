import Graph
import KernelRuntime

/// The matrix product of quantized tensors, quantized again.
enum QLinearMatMulOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 7, call.matrixProduct(0, 3))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { QLinearMatMulKernel() }
}
