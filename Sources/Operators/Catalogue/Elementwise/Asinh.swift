import KernelRuntime

/// The function `asinh` of each element.
enum AsinhOp: UnaryElementwiseOp {
  static let function = UnaryFunction.asinh
}
