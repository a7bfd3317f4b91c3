/// The Hann window.
enum HannWindowOp: WindowFunctionOp {
  static let coefficients = [0.5, 0.5]
}
