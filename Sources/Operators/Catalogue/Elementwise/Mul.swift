import Graph
import KernelRuntime

/// The product of two tensors, element by element.
enum MulOp: BinaryElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { $0 * $1 }
  static func function(_ call: OperatorCall) -> BinaryFunction { .mul }
}
