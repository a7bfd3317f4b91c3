import Graph
import KernelRuntime

/// The number of a sequence's elements.
enum SequenceLengthOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.elementOfSequence(0)
    return [.tensor(TensorType(.int64, []))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceLengthKernel() }
}
