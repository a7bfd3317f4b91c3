import Graph
import KernelRuntime

/// The sums of the elements so far along an axis.
enum CumSumOp: CumulativeOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    CumSumKernel(exclusive: try call.flag("exclusive"), reverse: try call.flag("reverse"))
  }
}
