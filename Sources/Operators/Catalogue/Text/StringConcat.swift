import Graph
import KernelRuntime

/// The strings of two tensors joined, element by element.
enum StringConcatOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.string, try call.broadcast([call.shape(0), call.shape(1)])))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { StringConcatKernel() }
}
