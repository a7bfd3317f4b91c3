import Graph
import KernelRuntime

/// The product of the elements along some axes.
enum ReduceProdOp: ReduceOp {
  static let propagation = ValuePropagation.reduction { $0 * $1 }
  static let function = ReduceFunction.prod
}
