import Graph
import KernelRuntime

/// The least of any number of tensors, element by element.
enum MinOp: VariadicElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { .min($0, $1) }
  static let function = BinaryFunction.min
}
