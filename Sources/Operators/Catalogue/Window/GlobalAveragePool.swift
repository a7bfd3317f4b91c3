import Graph
import KernelRuntime

/// The mean of each channel.
enum GlobalAveragePoolOp: GlobalPoolOp {
  static let function = PoolFunction.average
}
