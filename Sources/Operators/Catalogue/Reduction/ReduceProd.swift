import Graph
import KernelRuntime

/// The product of the elements along some axes.
enum ReduceProdOp: ReduceOp {
  static let function = ReduceFunction.prod
}
