import Graph
import KernelRuntime

/// The first operand to the power of the second of two tensors, element by element.
enum PowOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .pow }
}
