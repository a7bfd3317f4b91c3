import Graph
import KernelRuntime

/// The least element along some axes.
enum ReduceMinOp: ReduceOp {
  static let function = ReduceFunction.min
}
