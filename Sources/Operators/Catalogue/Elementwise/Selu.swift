import KernelRuntime

/// The function `selu` of each element, with the parameters alpha and gamma.
enum SeluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.selu
  static let parameters = ["alpha", "gamma"]
}
