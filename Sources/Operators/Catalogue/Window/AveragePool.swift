import Graph
import KernelRuntime

/// The mean of the elements under each place of a window.
enum AveragePoolOp: PoolOp {
  static let function = PoolFunction.average

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try averageKernel(call) }

  static func averageKernel(_ call: OperatorCall) throws(Diagnostic) -> PoolKernel {
    var kernel = try poolKernel(call)
    kernel.countIncludePad = try call.flag("count_include_pad")
    return kernel
  }
}
