import KernelRuntime

/// The exponential of each element.
enum ExpOp: UnaryElementwiseOp {
  static let function = UnaryFunction.exp
}
