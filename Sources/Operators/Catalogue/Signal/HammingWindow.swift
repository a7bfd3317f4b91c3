/// The Hamming window.
enum HammingWindowOp: WindowFunctionOp {
  static let coefficients = [25.0 / 46, 21.0 / 46]
}
