import Graph
import KernelRuntime

/// A sequence of its operands.
enum SequenceConstructOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    var element = try call.type(0)
    for i in call.operands.indices.dropFirst() { element = try call.commonType(element, call.type(i)) }
    return [.sequence(element)]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceConstructKernel() }
}
