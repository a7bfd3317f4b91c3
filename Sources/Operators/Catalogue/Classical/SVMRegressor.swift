import Graph
import KernelRuntime

/// A weighted sum of the likenesses to support vectors.
enum SVMRegressorOp: RegressorOp {
  static func targetCount(_ call: OperatorCall) -> Int { 1 }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    guard let intercept = try call.floats("rho").first else { throw .attribute("rho of \(name) is empty") }
    return SVMRegressorKernel(
      support: try call.supportVectors(count: call.int("n_supports")), coefficients: try call.floats("coefficients"),
      intercept: Double(intercept), isOneClass: try call.flag("one_class"), postTransform: try call.postTransform())
  }
}

extension OperatorCall {
  /// Support vectors, and the function by which rows are compared with them.
  func supportVectors(count: Int) throws(Diagnostic) -> SupportVectors {
    SupportVectors(
      function: try choice("kernel_type"), parameters: try optionalFloats("kernel_params") ?? [],
      vectors: count > 0 ? try floats("support_vectors") : [], count: count)
  }
}
