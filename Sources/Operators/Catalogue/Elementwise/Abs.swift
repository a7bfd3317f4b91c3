import KernelRuntime

/// The absolute value of each element.
enum AbsOp: UnaryElementwiseOp {
  static let function = UnaryFunction.abs
}
