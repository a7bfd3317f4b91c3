import Graph
import KernelRuntime

/// The p-norm of each channel.
enum GlobalLpPoolOp: GlobalPoolOp {
  static let function = PoolFunction.lp

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GlobalPoolKernel(function: function, p: try call.int("p"))
  }
}
