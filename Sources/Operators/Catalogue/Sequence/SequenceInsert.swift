import Graph
import KernelRuntime

/// A sequence with one more element, by default at its end.
enum SequenceInsertOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.sequence(try call.commonType(call.elementOfSequence(0), call.type(1)))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceInsertKernel() }
}
