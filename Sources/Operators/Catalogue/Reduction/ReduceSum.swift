import Graph
import KernelRuntime

/// The sum of the elements along some axes.
enum ReduceSumOp: ReduceOp {
  static let function = ReduceFunction.sum
}
