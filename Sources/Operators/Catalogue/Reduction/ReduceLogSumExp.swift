import Graph
import KernelRuntime

/// The logarithm of the sum of the exponentials of the elements along some axes.
enum ReduceLogSumExpOp: ReduceOp {
  static let function = ReduceFunction.logSumExp
}
