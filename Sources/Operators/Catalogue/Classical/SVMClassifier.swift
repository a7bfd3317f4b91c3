import Graph
import KernelRuntime

/// The class that support vectors vote for.
enum SVMClassifierOp: ClassifierOp {
  static func scoreCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    let classes = max(1, try call.labels(integerLabels, "classlabels_strings").count)
    let isPairwise = try vectorCounts(call).contains { $0 > 0 }
    let hasProbabilities = try call.optionalFloats("prob_a")?.isEmpty == false
    guard isPairwise, !hasProbabilities else { return classes }
    guard classes <= Int(Int32.max) else { throw .attribute("\(name) has too many classes") }
    let pairs = classes * (classes - 1) / 2
    return classes == 2 ? 2 : pairs
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let counts = try vectorCounts(call)
    return SVMClassifierKernel(
      support: try call.supportVectors(count: counts.reduce(0, +)),
      labels: try call.labels(integerLabels, "classlabels_strings"), vectorsPerClass: counts,
      coefficients: try call.floats("coefficients"), rho: try call.floats("rho"),
      probabilityA: try call.optionalFloats("prob_a") ?? [], probabilityB: try call.optionalFloats("prob_b") ?? [],
      postTransform: try call.postTransform())
  }

  private static func vectorCounts(_ call: OperatorCall) throws(Diagnostic) -> [Int] {
    let counts = try call.optionalInts("vectors_per_class") ?? []
    guard counts.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) }) else {
      throw .attribute("vectors_per_class of \(name) counts less than none or too many")
    }
    return counts
  }
}
