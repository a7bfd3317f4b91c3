import Graph
import KernelRuntime

/// The logarithms of the softmax along an axis.
enum LogSoftmaxOp: AxisOp {
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SoftmaxKernel(axis: try call.int("axis"), isLog: true)
  }
}
