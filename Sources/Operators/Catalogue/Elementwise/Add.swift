import Graph
import KernelRuntime

/// The sum of two tensors, element by element.
enum AddOp: BinaryElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { $0 + $1 }
  static func function(_ call: OperatorCall) -> BinaryFunction { .add }
}
