import Graph
import KernelRuntime

/// The Euclidean norm of the elements along some axes.
enum ReduceL2Op: ReduceOp {
  static let function = ReduceFunction.l2
}
