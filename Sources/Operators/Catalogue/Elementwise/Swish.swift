import KernelRuntime

/// The function `swish` of each element, with the parameters alpha.
enum SwishOp: UnaryElementwiseOp {
  static let function = UnaryFunction.swish
  static let parameters = ["alpha"]
}
