/// The Blackman window.
enum BlackmanWindowOp: WindowFunctionOp {
  static let coefficients = [0.42, 0.5, 0.08]
}
