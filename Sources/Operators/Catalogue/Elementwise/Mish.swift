import KernelRuntime

/// The function `mish` of each element.
enum MishOp: UnaryElementwiseOp {
  static let function = UnaryFunction.mish
}
