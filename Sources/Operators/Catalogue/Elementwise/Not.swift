import KernelRuntime

/// The logical negation of each element.
enum NotOp: UnaryElementwiseOp {
  static let function = UnaryFunction.not
}
