import KernelRuntime

/// The greatest integer not greater of each element.
enum FloorOp: UnaryElementwiseOp {
  static let function = UnaryFunction.floor
}
