import KernelRuntime

/// The function `cosh` of each element.
enum CoshOp: UnaryElementwiseOp {
  static let function = UnaryFunction.cosh
}
