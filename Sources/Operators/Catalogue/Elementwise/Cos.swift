import KernelRuntime

/// The function `cos` of each element.
enum CosOp: UnaryElementwiseOp {
  static let function = UnaryFunction.cos
}
