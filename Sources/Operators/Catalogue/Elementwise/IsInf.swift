import Graph
import KernelRuntime

/// Whether each element is infinite.
enum IsInfOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.bool, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    UnaryKernel(
      function: .isInf,
      parameters: [try call.flag("detect_positive") ? 1 : 0, try call.flag("detect_negative") ? 1 : 0])
  }
}
