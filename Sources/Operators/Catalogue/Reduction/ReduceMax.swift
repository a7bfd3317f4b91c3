import Graph
import KernelRuntime

/// The greatest element along some axes.
enum ReduceMaxOp: ReduceOp {
  static let function = ReduceFunction.max
}
