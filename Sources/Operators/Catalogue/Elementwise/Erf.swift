import KernelRuntime

/// The error function of each element.
enum ErfOp: UnaryElementwiseOp {
  static let function = UnaryFunction.erf
}
