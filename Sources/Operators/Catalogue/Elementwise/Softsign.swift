import KernelRuntime

/// The function `softsign` of each element.
enum SoftsignOp: UnaryElementwiseOp {
  static let function = UnaryFunction.softsign
}
