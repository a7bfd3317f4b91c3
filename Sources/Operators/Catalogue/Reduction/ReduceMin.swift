import Graph
import KernelRuntime

/// The least element along some axes.
enum ReduceMinOp: ReduceOp {
  static let propagation = ValuePropagation.reduction { .min($0, $1) }
  static let function = ReduceFunction.min
}
