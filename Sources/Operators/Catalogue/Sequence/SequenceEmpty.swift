import Graph
import KernelRuntime

/// A sequence without elements.
enum SequenceEmptyOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.sequence(.tensor(TensorType(try call.optionalElementType("dtype") ?? .float, nil)))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SequenceConstructKernel() }
}
