import KernelRuntime

/// The bitwise complement of each element.
enum BitwiseNotOp: UnaryElementwiseOp {
  static let function = UnaryFunction.bitwiseNot
}
