import Graph
import KernelRuntime

/// Elements divided by a power of the sum of squares of their neighbours in other channels.
enum LRNOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.shape(0, minimumRank: 2)
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    LRNKernel(
      alpha: Double(try call.float("alpha")), beta: Double(try call.float("beta")),
      bias: Double(try call.float("bias")), size: try call.int("size"))
  }
}
