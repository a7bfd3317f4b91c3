import KernelRuntime

/// The function `atan` of each element.
enum AtanOp: UnaryElementwiseOp {
  static let function = UnaryFunction.atan
}
