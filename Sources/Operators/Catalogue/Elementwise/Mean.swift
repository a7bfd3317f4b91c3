import Graph
import KernelRuntime

/// The mean of any number of tensors, element by element.
enum MeanOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { try SumOp.infer(call) }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { throw .unsupported("Mean is expanded") }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let sum = try builder.add("Sum", builder.operands)
    return [try builder.add("Div", [sum, builder.constant(Double(call.operands.count), call.elementType(0))])]
  }
}
