import Graph
import KernelRuntime

/// One element of a sequence.
enum SequenceAtOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.elementOfSequence(0)] }
  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceAtKernel() }
}
