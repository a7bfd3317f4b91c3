/// The window of Blackman: a sum of two cosines.
enum BlackmanWindowOp: CosineWindowOp {
  static let weights = [0.42, 0.5, 0.08]
}
