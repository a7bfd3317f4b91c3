import Graph
import KernelRuntime

/// The matrix product of quantized tensors as 32-bit integers.
enum MatMulIntegerOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.int32, try call.matrixProduct(0, 1)))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { MatMulIntegerKernel() }
}
