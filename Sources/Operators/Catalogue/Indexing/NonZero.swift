import Graph
import KernelRuntime

/// The indices of the elements that are not zero, one column for each.
enum NonZeroOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let rank = try call.tensor(0).rank.map { Dimension($0) } ?? .local("rank")
    return [.tensor(TensorType(.int64, [rank, .local("count")]))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { NonZeroKernel() }
}
