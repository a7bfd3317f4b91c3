import KernelRuntime

/// The function `softplus` of each element.
enum SoftplusOp: UnaryElementwiseOp {
  static let function = UnaryFunction.softplus
}
