import Graph
import KernelRuntime

/// One for the first greatest element along an axis, zero for the others.
enum HardmaxOp: AxisOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    HardmaxKernel(axis: try call.int("axis"))
  }
}
