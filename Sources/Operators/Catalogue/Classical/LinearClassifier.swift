import Graph
import KernelRuntime

/// The class with the greatest weighted sum of features.
enum LinearClassifierOp: ClassifierOp {
  static func scoreCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    let count = try sumCount(call)
    let classes = try call.labels(integerLabels, "classlabels_strings").count
    return count == 1 && classes == 2 ? 2 : count
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    LinearClassifierKernel(
      scores: LinearScores(
        count: try sumCount(call), coefficients: try call.floats("coefficients"),
        intercepts: try call.optionalFloats("intercepts") ?? []),
      labels: try call.labels(integerLabels, "classlabels_strings"), postTransform: try call.postTransform())
  }

  /// How many sums there are: as many as intercepts, or classes.
  private static func sumCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    if let intercepts = try call.optionalFloats("intercepts"), !intercepts.isEmpty { return intercepts.count }
    return max(1, try call.labels(integerLabels, "classlabels_strings").count)
  }
}
