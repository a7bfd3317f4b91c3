import Graph
import KernelRuntime

/// The function `bitwiseXor` of two tensors, element by element.
enum BitwiseXorOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .bitwiseXor }
}
