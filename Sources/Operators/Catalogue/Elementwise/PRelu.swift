import Graph
import KernelRuntime

/// The first operand where it is not negative, elsewhere multiplied by the second, of two tensors, element by element.
enum PReluOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .prelu }
}
