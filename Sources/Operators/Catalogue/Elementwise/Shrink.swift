import KernelRuntime

/// The function `shrink` of each element, with the parameters lambd and bias.
enum ShrinkOp: UnaryElementwiseOp {
  static let function = UnaryFunction.shrink
  static let parameters = ["lambd", "bias"]
}
