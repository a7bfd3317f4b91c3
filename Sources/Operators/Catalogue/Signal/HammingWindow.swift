/// The window of Hamming: a raised cosine that does not reach zero.
enum HammingWindowOp: CosineWindowOp {
  static let weights = [25.0 / 46, 21.0 / 46]
}
