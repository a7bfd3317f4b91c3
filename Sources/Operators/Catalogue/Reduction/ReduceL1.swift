import Graph
import KernelRuntime

/// The sum of the magnitudes of the elements along some axes.
enum ReduceL1Op: ReduceOp {
  static let function = ReduceFunction.l1
}
