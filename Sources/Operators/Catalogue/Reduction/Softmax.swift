import Graph
import KernelRuntime

/// Elements along an axis as exponentials that add up to one.
enum SoftmaxOp: AxisOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SoftmaxKernel(axis: try call.int("axis"))
  }
}
