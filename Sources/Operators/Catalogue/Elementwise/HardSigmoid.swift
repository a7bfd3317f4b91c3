import KernelRuntime

/// The function `hardSigmoid` of each element, with the parameters alpha and beta.
enum HardSigmoidOp: UnaryElementwiseOp {
  static let function = UnaryFunction.hardSigmoid
  static let parameters = ["alpha", "beta"]
}
