import Graph
import KernelRuntime

/// The sum of the squares of the elements along some axes.
enum ReduceSumSquareOp: ReduceOp {
  static let function = ReduceFunction.sumSquare
}
