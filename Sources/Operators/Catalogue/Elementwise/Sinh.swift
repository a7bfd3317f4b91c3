import KernelRuntime

/// The function `sinh` of each element.
enum SinhOp: UnaryElementwiseOp {
  static let function = UnaryFunction.sinh
}
