/// The window of von Hann: a raised cosine.
enum HannWindowOp: CosineWindowOp {
  static let weights = [0.5, 0.5]
}
