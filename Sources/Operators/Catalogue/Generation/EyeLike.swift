import Graph
import KernelRuntime

/// A matrix of zeros of its operand's shape, with ones on a diagonal.
enum EyeLikeOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try call.shape(0, rank: 2) ?? call.unknownShape(rank: 2)
    return [.tensor(TensorType(try type(call), shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    EyeLikeKernel(type: try type(call), k: try call.int("k"))
  }

  private static func type(_ call: OperatorCall) throws(Diagnostic) -> ElementType {
    if let type = try call.optionalElementType("dtype") { return type }
    return try call.elementType(0)
  }
}
