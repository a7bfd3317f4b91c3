import KernelRuntime

/// The function `sigmoid` of each element.
enum SigmoidOp: UnaryElementwiseOp {
  static let function = UnaryFunction.sigmoid
}
