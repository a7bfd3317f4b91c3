import Graph
import KernelRuntime

/// Elements divided by their root mean square over the dimensions from an axis on, and scaled.
enum RMSNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0)
    if let x {
      _ = try call.axis(call.int("axis"), rank: x.count)
      try call.requireBroadcast(1, to: x)
    }
    return [try call.tensorType(like: 1, x)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RMSNormalizationKernel(axis: try call.int("axis"), epsilon: Double(try call.float("epsilon")))
  }
}
