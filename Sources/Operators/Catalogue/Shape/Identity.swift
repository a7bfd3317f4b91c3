import Graph
import KernelRuntime

/// Its operand, unchanged.
enum IdentityOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.free
  static let propagation = ValuePropagation.movement(operands: [0])
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.type(0)] }
  static func kernel(_ call: OperatorCall) -> any Kernel { IdentityKernel() }
}
