import KernelRuntime

/// The function `leakyRelu` of each element, with the parameters alpha.
enum LeakyReluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.leakyRelu
  static let parameters = ["alpha"]
}
