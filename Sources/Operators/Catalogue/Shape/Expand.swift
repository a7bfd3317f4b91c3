import Graph
import KernelRuntime

/// Its operand repeated along axes of extent 1, so that it gets the shape that it and a given one broadcast to.
enum ExpandOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, call.broadcast([call.shape(0), call.shape(from: 1)]))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { ExpandKernel() }
}
