import Graph
import KernelRuntime

/// Where along an axis the greatest element lies.
enum ArgMaxOp: ArgReduceOp {
  static let isMax = true
}
