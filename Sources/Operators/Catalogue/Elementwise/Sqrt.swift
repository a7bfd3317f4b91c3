import KernelRuntime

/// The square root of each element.
enum SqrtOp: UnaryElementwiseOp {
  static let function = UnaryFunction.sqrt
}
