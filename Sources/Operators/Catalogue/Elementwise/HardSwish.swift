import KernelRuntime

/// The function `hardSwish` of each element.
enum HardSwishOp: UnaryElementwiseOp {
  static let function = UnaryFunction.hardSwish
}
