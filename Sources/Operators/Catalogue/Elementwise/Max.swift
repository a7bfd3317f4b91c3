import KernelRuntime

/// The greatest of any number of tensors, element by element.
enum MaxOp: VariadicElementwiseOp {
  static let function = BinaryFunction.max
}
