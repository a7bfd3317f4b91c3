import Graph
import KernelRuntime

/// Each element converted to the type of another tensor.
enum CastLikeOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.elementType(1), try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    try CastOp.cast(call, to: call.elementType(1))
  }
}
