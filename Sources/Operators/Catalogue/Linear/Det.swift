import Graph
import KernelRuntime

/// The determinant of each square matrix.
enum DetOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0, minimumRank: 2) else { return [try call.tensorType(like: 0, nil)] }
    _ = try call.unify(x[x.count - 1], x[x.count - 2], "the sides of a matrix")
    return [try call.tensorType(like: 0, x.dropLast(2))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { DetKernel() }
}
