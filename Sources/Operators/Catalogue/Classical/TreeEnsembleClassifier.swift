import Graph
import KernelRuntime

/// The class that decision trees vote for.
enum TreeEnsembleClassifierOp: ClassifierOp {
  static let integerLabels = "classlabels_int64s"

  static func scoreCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    try call.labels(integerLabels, "classlabels_strings").count
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let labels = try call.labels(integerLabels, "classlabels_strings")
    return TreeEnsembleClassifierKernel(
      trees: try call.listedTrees(votes: "class", targets: labels.count), labels: labels,
      baseValues: try call.numbers("base_values"), postTransform: try call.postTransform())
  }
}
