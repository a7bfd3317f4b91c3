import Graph
import KernelRuntime

/// The difference of two tensors, element by element.
enum SubOp: BinaryElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { $0 - $1 }
  static func function(_ call: OperatorCall) -> BinaryFunction { .sub }
}
