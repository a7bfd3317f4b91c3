import Graph
import KernelRuntime

/// The logarithm of the sum of the elements along some axes.
enum ReduceLogSumOp: ReduceOp {
  static let function = ReduceFunction.logSum
}
