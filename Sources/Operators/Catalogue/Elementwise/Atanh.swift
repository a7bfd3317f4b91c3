import KernelRuntime

/// The function `atanh` of each element.
enum AtanhOp: UnaryElementwiseOp {
  static let function = UnaryFunction.atanh
}
