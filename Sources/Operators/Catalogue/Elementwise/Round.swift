import KernelRuntime

/// The nearest integer, ties to even of each element.
enum RoundOp: UnaryElementwiseOp {
  static let function = UnaryFunction.round
}
