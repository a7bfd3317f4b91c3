import KernelRuntime

/// The function `thresholdedRelu` of each element, with the parameters alpha.
enum ThresholdedReluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.thresholdedRelu
  static let parameters = ["alpha"]
}
