import Graph
import KernelRuntime

/// The sum of the elements along some axes.
enum ReduceSumOp: ReduceOp {
  static let propagation = ValuePropagation.reduction { $0 + $1 }
  static let function = ReduceFunction.sum
}
