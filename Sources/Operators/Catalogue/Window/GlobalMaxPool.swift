import Graph
import KernelRuntime

/// The greatest element of each channel.
enum GlobalMaxPoolOp: GlobalPoolOp {
  static let function = PoolFunction.max
}
