import Graph
import KernelRuntime

/// Elements divided by their norm along an axis.
enum LpNormalizationOp: AxisOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    LpNormalizationKernel(axis: try call.int("axis"), p: try call.int("p"))
  }
}
