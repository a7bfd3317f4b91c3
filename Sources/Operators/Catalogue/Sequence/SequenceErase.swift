import Graph
import KernelRuntime

/// A sequence without one of its elements, by default the last.
enum SequenceEraseOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.sequence(try call.elementOfSequence(0))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceEraseKernel() }
}
