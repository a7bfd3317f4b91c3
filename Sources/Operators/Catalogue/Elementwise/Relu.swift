import KernelRuntime

/// The function `relu` of each element.
enum ReluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.relu
}
