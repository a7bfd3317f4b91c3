import Graph
import KernelRuntime

/// Elements minus their mean, divided by their standard deviation, over some axes.
enum MeanVarianceNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let x = try call.shape(0) { _ = try call.axes(call.ints("axes"), rank: x.count) }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    MeanVarianceNormalizationKernel(axes: try call.ints("axes"))
  }
}
