import KernelRuntime

/// The function `elu` of each element, with the parameters alpha.
enum EluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.elu
  static let parameters = ["alpha"]
}
