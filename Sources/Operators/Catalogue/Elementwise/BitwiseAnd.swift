import Graph
import KernelRuntime

/// The function `bitwiseAnd` of two tensors, element by element.
enum BitwiseAndOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .bitwiseAnd }
}
