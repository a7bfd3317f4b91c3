import Graph
import KernelRuntime

/// The logical conjunction of two tensors, element by element.
enum AndOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .and }
}
