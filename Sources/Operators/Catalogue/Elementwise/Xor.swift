import Graph
import KernelRuntime

/// The exclusive disjunction of two tensors, element by element.
enum XorOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .xor }
}
