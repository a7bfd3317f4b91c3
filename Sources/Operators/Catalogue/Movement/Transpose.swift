import Graph
import KernelRuntime

/// Its operand with its dimensions in another order.
enum TransposeOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let listed = try call.optionalInts("perm")
    guard let shape = try call.shape(0) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: listed?.count))]
    }
    guard let listed else { return [try call.tensorType(like: 0, shape.reversed())] }
    guard listed.count == shape.count else {
      throw .attribute("perm of Transpose lists \(listed.count) axes of a tensor of \(shape.count) dimensions")
    }
    return [try call.tensorType(like: 0, call.axes(listed, rank: shape.count).map { shape[$0] })]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    TransposeKernel(perm: try call.optionalInts("perm") ?? [])
  }
}
