import Graph
import KernelRuntime

/// Each string split into parts, and how many there are.
enum StringSplitOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try call.shape(0)
    return [
      .tensor(TensorType(.string, shape.map { $0 + [.local("parts")] })), .tensor(TensorType(.int64, shape)),
    ]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    StringSplitKernel(
      delimiter: try call.optionalString("delimiter") ?? "", maxSplit: try call.optionalInt("maxsplit"))
  }
}
