import Graph
import KernelRuntime

/// The logical disjunction of two tensors, element by element.
enum OrOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .or }
}
