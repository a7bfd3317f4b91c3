import Graph
import KernelRuntime

/// The function `bitwiseOr` of two tensors, element by element.
enum BitwiseOrOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .bitwiseOr }
}
