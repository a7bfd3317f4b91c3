import KernelRuntime

/// The negative of each element.
enum NegOp: UnaryElementwiseOp {
  static let function = UnaryFunction.neg
}
