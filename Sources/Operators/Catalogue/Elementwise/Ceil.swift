import KernelRuntime

/// The least integer not less of each element.
enum CeilOp: UnaryElementwiseOp {
  static let function = UnaryFunction.ceil
}
