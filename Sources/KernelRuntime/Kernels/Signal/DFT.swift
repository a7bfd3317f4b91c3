/// The discrete Fourier transform of operand 0 along an axis. Its last dimension holds the real and the imaginary part, or
/// the real part alone.
///
/// Operand 1, the number of points (the signal is cut or filled up with zeros), and operand 2, the axis, are optional.
public struct DFTKernel: Kernel {
  public var isInverse: Bool
  /// Whether the half of the spectrum that follows from the other by symmetry is left out: of the result, or for the
  /// inverse transform, which then gives real parts alone, of the operand.
  public var isOneSided: Bool

  public init(isInverse: Bool = false, isOneSided: Bool = false) {
    self.isInverse = isInverse
    self.isOneSided = isOneSided
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2, let parts = x.shape.last, parts == 1 || parts == 2 else {
      throw .invalid("shape \(x.shape) holds no real or complex numbers in its last dimension")
    }
    let axis = try resolveAxis(try operands.has(2) ? operands.integer(2) : -2, rank: x.rank)
    guard axis < x.rank - 1 else { throw .invalid("axis \(axis) is that of real and imaginary parts") }
    let extent = x.shape[axis]
    let isReal = isInverse && isOneSided
    let count = try operands.has(1) ? operands.integer(1) : isReal ? 2 * (extent - 1) : extent
    guard count > 0, count < 1 << 26, !isOneSided || isInverse || parts == 1 else {
      throw .invalid("a transform of \(count) points of shape \(x.shape)")
    }
    var shape = x.shape
    shape[axis] = isOneSided && !isInverse ? count / 2 + 1 : count
    shape[x.rank - 1] = isReal ? 1 : 2
    return try x.type.float(
      Visit(
        x: x.shape, axis: axis, isInverse: isInverse, isReal: isReal, transform: FourierTransform(count),
        result: try .checked(x.type, shape)))
  }

  private struct Visit: FloatVisitor {
    let x: [Int]
    let axis: Int
    let isInverse: Bool
    let isReal: Bool
    let transform: FourierTransform
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      let rank = x.count
      let inner = product(x[(axis + 1)..<(rank - 1)])
      let lines = product(x[..<axis]) * inner
      let (extent, parts, points) = (x[axis], x[rank - 1], result.shape[axis])
      let resultParts = isReal ? 1 : 2
      return Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let source = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let target = invocation.result(0, as: T.self)
        invocation.threads.forRanges(lines, grain: max(1, cheapGrain / 16 / transform.count)) { range in
          for line in range {
            let (o, i) = line.quotientAndRemainder(dividingBy: inner)
            var signal = [SIMD2<Double>](repeating: .zero, count: transform.count)
            for k in 0..<min(extent, transform.count) {
              let at = source + ((o * extent + k) * inner + i) * parts
              signal[k] = SIMD2(at[0].compute.double, parts == 2 ? at[1].compute.double : 0)
            }
            if isReal {
              // The other half mirrors the one that is there.
              for k in stride(from: transform.count / 2 + 1, to: transform.count, by: 1) {
                signal[k] = SIMD2(signal[transform.count - k].x, -signal[transform.count - k].y)
              }
            }
            let spectrum = transform(signal, inverse: isInverse)
            for k in 0..<points {
              let at = target + ((o * points + k) * inner + i) * resultParts
              at[0] = T(compute: T.Compute(double: spectrum[k].x))
              if resultParts == 2 { at[1] = T(compute: T.Compute(double: spectrum[k].y)) }
            }
          }
        }
      }
    }
  }
}
