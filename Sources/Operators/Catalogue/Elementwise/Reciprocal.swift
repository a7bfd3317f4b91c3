import KernelRuntime

/// One divided by each element of each element.
enum ReciprocalOp: UnaryElementwiseOp {
  static let function = UnaryFunction.reciprocal
}
