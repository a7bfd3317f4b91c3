import KernelRuntime

/// The sign: -1, 0 or 1 of each element.
enum SignOp: UnaryElementwiseOp {
  static let function = UnaryFunction.sign
}
