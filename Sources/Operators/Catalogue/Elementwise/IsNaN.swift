import KernelRuntime

/// Whether each element is NaN of each element.
enum IsNaNOp: UnaryElementwiseOp {
  static let function = UnaryFunction.isNaN
}
