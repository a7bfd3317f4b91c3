import Graph
import KernelRuntime

/// The p-norm of the elements under each place of a window.
enum LpPoolOp: PoolOp {
  static let function = PoolFunction.lp

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    var kernel = try poolKernel(call)
    kernel.p = try call.int("p")
    return kernel
  }
}
