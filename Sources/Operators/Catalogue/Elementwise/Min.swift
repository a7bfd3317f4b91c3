import KernelRuntime

/// The least of any number of tensors, element by element.
enum MinOp: VariadicElementwiseOp {
  static let function = BinaryFunction.min
}
