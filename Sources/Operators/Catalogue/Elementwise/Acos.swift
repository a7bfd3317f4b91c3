import KernelRuntime

/// The function `acos` of each element.
enum AcosOp: UnaryElementwiseOp {
  static let function = UnaryFunction.acos
}
