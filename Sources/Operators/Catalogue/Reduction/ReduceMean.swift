import Graph
import KernelRuntime

/// The mean of the elements along some axes.
enum ReduceMeanOp: ReduceOp {
  static let function = ReduceFunction.mean
}
