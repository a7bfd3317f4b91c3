import KernelRuntime

/// The function `asin` of each element.
enum AsinOp: UnaryElementwiseOp {
  static let function = UnaryFunction.asin
}
