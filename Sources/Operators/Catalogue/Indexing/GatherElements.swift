import Graph
import KernelRuntime

/// Elements of a tensor, each picked by an index along one axis.
enum GatherElementsOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (x, indices) = (try call.shape(0), try call.shape(1))
    if let x, let indices {
      _ = try call.axis(call.int("axis"), rank: x.count)
      guard x.count == indices.count else {
        throw .shape("the inputs of GatherElements have \(x.count) and \(indices.count) dimensions")
      }
    }
    return [try call.tensorType(like: 0, indices ?? call.unknownShape(rank: x?.count))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GatherElementsKernel(axis: try call.int("axis"))
  }
}
