import Graph
import KernelRuntime

/// The greatest of any number of tensors, element by element.
enum MaxOp: VariadicElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { .max($0, $1) }
  static let function = BinaryFunction.max
}
