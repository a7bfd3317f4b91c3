import KernelRuntime

/// The function `sin` of each element.
enum SinOp: UnaryElementwiseOp {
  static let function = UnaryFunction.sin
}
