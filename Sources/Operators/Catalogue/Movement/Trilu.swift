import Graph
import KernelRuntime

/// The upper or lower triangle of each matrix of its operand, zeros elsewhere.
enum TriluOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.shape(0, minimumRank: 2)
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    TriluKernel(upper: try call.flag("upper"))
  }
}
