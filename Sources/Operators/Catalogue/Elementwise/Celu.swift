import KernelRuntime

/// The function `celu` of each element, with the parameters alpha.
enum CeluOp: UnaryElementwiseOp {
  static let function = UnaryFunction.celu
  static let parameters = ["alpha"]
}
