import Graph
import KernelRuntime

/// The products of the elements so far along an axis.
enum CumProdOp: CumulativeOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    CumProdKernel(exclusive: try call.flag("exclusive"), reverse: try call.flag("reverse"))
  }
}
