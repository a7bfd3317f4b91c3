/// The discrete Fourier transform of operand 0 along an axis; the last dimension holds real and imaginary parts, or real
/// ones only. Operand 1, optional, is the length to which signals are cut or filled up; operand 2, optional, the axis.
public struct DFTKernel: Kernel {
  public var isInverse: Bool
  /// Whether of a real signal's spectrum only the first half is there: as the result, or inversely as the operand.
  public var isOneSided: Bool

  public init(isInverse: Bool = false, isOneSided: Bool = false) {
    self.isInverse = isInverse
    self.isOneSided = isOneSided
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2, let parts = x.shape.last, parts == 1 || parts == 2 else {
      throw .invalid("a signal of shape \(x.shape)")
    }
    let axis = try resolveAxis(operands.has(2) ? operands.integer(2) : -2, rank: x.rank)
    guard axis < x.rank - 1 else { throw .invalid("a transform along the axis of real and imaginary parts") }
    let given = x.shape[axis]
    let isReal = isInverse && isOneSided
    let length = operands.has(1) ? try operands.integer(1) : isReal ? 2 * (given - 1) : given
    guard length > 0, length <= FourierTransform.longest else { throw .invalid("a transform of length \(length)") }
    if isOneSided {
      guard parts == (isInverse ? 2 : 1) else { throw .invalid("a one-sided transform of shape \(x.shape)") }
    }
    var shape = x.shape
    shape[axis] = isOneSided && !isInverse ? length / 2 + 1 : length
    shape[x.rank - 1] = isReal ? 1 : 2
    let result = try TensorSpec.checked(x.type, shape)
    if x.count == 0 && result.count == 0 { return Prepared([result]) { _ in } }
    return try x.type.float(
      Visit(
        transform: FourierTransform(length, isInverse: isInverse), isReal: isReal, parts: parts,
        from: Lines(Array(x.shape.dropLast()), axis: axis), to: Lines(Array(shape.dropLast()), axis: axis),
        result: result))
  }

  private struct Visit: FloatVisitor {
    let transform: FourierTransform
    let isReal: Bool
    let parts: Int
    let from: Lines
    let to: Lines
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let length = transform.length
        // Of a one-sided spectrum the second half mirrors the first.
        let used = min(from.length, isReal ? length / 2 + 1 : length)
        invocation.threads.forRanges(from.count, grain: max(1, cheapGrain / 16 / length)) { range in
          var line = [Complex<Double>](repeating: Complex(0, 0), count: length)
          for i in range {
            let (source, target) = (from.start(i), to.start(i))
            for j in 0..<length { line[j] = Complex(0, 0) }
            for j in 0..<used {
              let at = (source + j * from.step) * parts
              line[j] = Complex(x[at].compute.double, parts == 2 ? x[at + 1].compute.double : 0)
            }
            if isReal {
              line[0].imaginary = 0
              if length % 2 == 0 { line[length / 2].imaginary = 0 }
              for j in length / 2 + 1..<max(length, length / 2 + 1) {
                line[j] = Complex(line[length - j].real, -line[length - j].imaginary)
              }
            }
            transform.run(&line)
            for j in 0..<to.length {
              let at = target + j * to.step
              if isReal {
                y[at] = T(compute: T.Compute(double: line[j].real))
              } else {
                y[2 * at] = T(compute: T.Compute(double: line[j].real))
                y[2 * at + 1] = T(compute: T.Compute(double: line[j].imaginary))
              }
            }
          }
        }
      }
    }
  }
}
