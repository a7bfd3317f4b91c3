/// The discrete Fourier transform of a fixed number of points, in O(n log n) for every n.
///
/// Powers of two go through Cooley and Tukey's recursion; other numbers become a convolution of a power of two
/// (Bluestein's chirp transform).
struct FourierTransform: Sendable {
  let count: Int
  /// The power of two that the recursion works on.
  private let size: Int
  /// e^(-2πi k / size) for k below size / 2.
  private let turns: [SIMD2<Double>]
  /// e^(-πi k² / count), and the transform of its conjugate; empty for a power of two.
  private let chirp: [SIMD2<Double>]
  private let chirpSpectrum: [SIMD2<Double>]

  init(_ count: Int) {
    self.count = count
    let isPower = count & (count - 1) == 0
    var size = 1
    while size < (isPower ? count : 2 * count - 1) { size *= 2 }
    self.size = size
    turns = (0..<(size / 2)).map { Self.unit(-2 * .pi * Double($0) / Double(size)) }
    guard !isPower else {
      (chirp, chirpSpectrum) = ([], [])
      return
    }
    // The square is taken modulo the period, so that large arguments lose no digits.
    let chirp = (0..<count).map { k in
      Self.unit(-.pi * Double(k.multipliedFullWidth(by: k).low % UInt(2 * count)) / Double(count))
    }
    var spectrum = [SIMD2<Double>](repeating: .zero, count: size)
    for k in 0..<count {
      let value = SIMD2(chirp[k].x, -chirp[k].y)
      spectrum[k] = value
      if k > 0 { spectrum[size - k] = value }
    }
    Self.recurse(&spectrum, turns)
    (self.chirp, chirpSpectrum) = (chirp, spectrum)
  }

  /// The transform of `count` points; the inverse one divides by their number.
  func callAsFunction(_ points: [SIMD2<Double>], inverse: Bool = false) -> [SIMD2<Double>] {
    // The inverse transform is the transform with the parts of its points and results exchanged.
    var result = forward(inverse ? points.map(Self.exchanged) : points)
    if inverse { result = result.map { Self.exchanged($0) / Double(count) } }
    return result
  }

  private func forward(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
    var work = [SIMD2<Double>](repeating: .zero, count: size)
    if chirp.isEmpty {
      for k in 0..<count { work[k] = points[k] }
      Self.recurse(&work, turns)
      return work
    }
    for k in 0..<count { work[k] = Self.product(points[k], chirp[k]) }
    Self.recurse(&work, turns)
    for k in 0..<size { work[k] = Self.exchanged(Self.product(work[k], chirpSpectrum[k])) }
    Self.recurse(&work, turns)
    return (0..<count).map { Self.product(Self.exchanged(work[$0]) / Double(size), chirp[$0]) }
  }

  /// The transform of a power of two of points, in place.
  private static func recurse(_ x: inout [SIMD2<Double>], _ turns: [SIMD2<Double>]) {
    let n = x.count
    var j = 0
    for i in 1..<max(n, 1) {
      var bit = n >> 1
      while j & bit != 0 {
        j ^= bit
        bit >>= 1
      }
      j |= bit
      if i < j { x.swapAt(i, j) }
    }
    var half = 1
    while half < n {
      let step = n / (2 * half)
      for start in stride(from: 0, to: n, by: 2 * half) {
        for k in 0..<half {
          let odd = product(x[start + half + k], turns[k * step])
          x[start + half + k] = x[start + k] - odd
          x[start + k] += odd
        }
      }
      half *= 2
    }
  }

  private static func unit(_ angle: Double) -> SIMD2<Double> { SIMD2(angle.cosine, angle.sine) }
  private static func exchanged(_ z: SIMD2<Double>) -> SIMD2<Double> { SIMD2(z.y, z.x) }
  private static func product(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
  }
}
