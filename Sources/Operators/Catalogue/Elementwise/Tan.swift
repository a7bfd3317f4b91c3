import KernelRuntime

/// The function `tan` of each element.
enum TanOp: UnaryElementwiseOp {
  static let function = UnaryFunction.tan
}
