import Graph
import KernelRuntime

/// The elements of one tensor where a condition holds, of another elsewhere.
enum WhereOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.free
  static let propagation = ValuePropagation.movement(operands: [1, 2])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try call.broadcast([call.shape(0), call.shape(1), call.shape(2)])
    return [.tensor(TensorType(try call.sameElementType([1, 2]), shape))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { WhereKernel() }
}
