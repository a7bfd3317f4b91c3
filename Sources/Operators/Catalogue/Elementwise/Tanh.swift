import KernelRuntime

/// The function `tanh` of each element.
enum TanhOp: UnaryElementwiseOp {
  static let function = UnaryFunction.tanh
}
