import Graph
import KernelRuntime

/// The greatest element along some axes.
enum ReduceMaxOp: ReduceOp {
  static let propagation = ValuePropagation.reduction { .max($0, $1) }
  static let function = ReduceFunction.max
}
