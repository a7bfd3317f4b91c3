import Graph
import KernelRuntime

/// Where along an axis the least element lies.
enum ArgMinOp: ArgReduceOp {
  static let isMax = false
}
