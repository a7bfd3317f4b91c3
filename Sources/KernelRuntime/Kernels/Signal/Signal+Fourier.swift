/// A discrete Fourier transform of one length, in double precision.
///
/// Powers of two are split again and again (Cooley and Tukey 1965); any other length becomes a convolution of such a
/// one (Bluestein 1970), so that no length costs more than n log n.
struct FourierTransform: Sendable {
  typealias Number = Complex<Double>

  /// The greatest length; its tables take a few gigabytes.
  static let longest = 1 << 26

  let length: Int
  let isInverse: Bool
  private let core: PowerOfTwo
  /// The convolution's factors, and the transform of its kernel; empty for a power of two.
  private let chirp: [Number]
  private let kernel: [Number]

  init(_ length: Int, isInverse: Bool) {
    self.length = length
    self.isInverse = isInverse
    if length & (length - 1) == 0 {
      core = PowerOfTwo(max(length, 1))
      (chirp, kernel) = ([], [])
      return
    }
    var size = 1
    while size < 2 * length - 1 { size *= 2 }
    core = PowerOfTwo(size)
    // The square of an index is taken modulo twice the length, where angles repeat, to stay exact.
    chirp = (0..<length).map { i in
      let (high, low) = i.multipliedFullWidth(by: i)
      let rest = (2 * length).dividingFullWidth((high, low)).remainder
      return Number(angle: -.pi * Double(rest) / Double(length))
    }
    var kernel = [Number](repeating: Number(0, 0), count: size)
    for i in 0..<length {
      kernel[i] = chirp[i].conjugate
      if i > 0 { kernel[size - i] = chirp[i].conjugate }
    }
    core.run(&kernel)
    self.kernel = kernel
  }

  /// Transforms `length` numbers in place; an inverse transform divides by the length.
  func run(_ x: inout [Number]) {
    guard length > 1 else { return }
    // The inverse of a transform is the transform of the conjugate, conjugated.
    if isInverse { for i in x.indices { x[i] = x[i].conjugate } }
    if chirp.isEmpty {
      core.run(&x)
    } else {
      var y = [Number](repeating: Number(0, 0), count: core.count)
      for i in 0..<length { y[i] = x[i] * chirp[i] }
      core.run(&y)
      for i in y.indices { y[i] = (y[i] * kernel[i]).conjugate }
      core.run(&y)
      let scale = 1 / Double(core.count)
      for i in 0..<length { x[i] = y[i].conjugate * chirp[i] * Number(scale, 0) }
    }
    if isInverse {
      let scale = 1 / Double(length)
      for i in x.indices { x[i] = Number(x[i].real * scale, -x[i].imaginary * scale) }
    }
  }

  /// The forward transform of a power of two.
  private struct PowerOfTwo: Sendable {
    let count: Int
    private let roots: [Number]

    init(_ count: Int) {
      self.count = count
      roots = (0..<count / 2).map { Number(angle: -2 * .pi * Double($0) / Double(count)) }
    }

    func run(_ x: inout [Number]) {
      var j = 0
      for i in 1..<max(count, 1) {
        var bit = count >> 1
        while j & bit != 0 {
          j ^= bit
          bit >>= 1
        }
        j |= bit
        if i < j { x.swapAt(i, j) }
      }
      var half = 1
      while half < count {
        let step = count / (2 * half)
        for start in stride(from: 0, to: count, by: 2 * half) {
          for i in 0..<half {
            let (a, b) = (x[start + i], x[start + i + half] * roots[i * step])
            x[start + i] = Number(a.real + b.real, a.imaginary + b.imaginary)
            x[start + i + half] = Number(a.real - b.real, a.imaginary - b.imaginary)
          }
        }
        half *= 2
      }
    }
  }
}

extension Complex<Double> {
  /// The number of magnitude 1 at an angle.
  fileprivate init(angle: Double) { self.init(angle.cosine, angle.sine) }
  fileprivate var conjugate: Self { Self(real, -imaginary) }
  fileprivate static func * (a: Self, b: Self) -> Self {
    Self(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }
}
