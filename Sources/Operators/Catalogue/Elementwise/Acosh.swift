import KernelRuntime

/// The function `acosh` of each element.
enum AcoshOp: UnaryElementwiseOp {
  static let function = UnaryFunction.acosh
}
