import Graph
import KernelRuntime

/// A weighted sum of features for each target.
enum LinearRegressorOp: RegressorOp {
  static func targetCount(_ call: OperatorCall) throws(Diagnostic) -> Int { try call.int("targets") }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    LinearRegressorKernel(
      scores: LinearScores(
        count: try call.int("targets"), coefficients: try call.floats("coefficients"),
        intercepts: try call.optionalFloats("intercepts") ?? []), postTransform: try call.postTransform())
  }
}
