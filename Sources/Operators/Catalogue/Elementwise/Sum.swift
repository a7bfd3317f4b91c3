import KernelRuntime

/// The sum of any number of tensors, element by element.
enum SumOp: VariadicElementwiseOp {
  static let function = BinaryFunction.add
}
