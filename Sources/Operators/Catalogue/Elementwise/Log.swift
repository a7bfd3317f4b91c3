import KernelRuntime

/// The natural logarithm of each element.
enum LogOp: UnaryElementwiseOp {
  static let function = UnaryFunction.log
}
