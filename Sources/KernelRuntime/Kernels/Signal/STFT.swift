/// The Fourier transforms of frames of operand 0 (batch, length) or (batch, length, parts), of which there may be real
/// and imaginary ones. Operand 1 says how far apart frames start; operand 2, optional, is a window that each is
/// multiplied with; operand 3, optional, their length.
public struct STFTKernel: Kernel {
  /// Whether only the first half of a real signal's spectrum is wanted.
  public var isOneSided: Bool

  public init(isOneSided: Bool = true) { self.isOneSided = isOneSided }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let parts = x.rank == 3 ? x.shape[2] : 1
    guard x.rank == 2 || x.rank == 3, parts == 1 || parts == 2 else { throw .invalid("a signal of shape \(x.shape)") }
    guard !isOneSided || parts == 1 else { throw .invalid("a one-sided transform of complex numbers") }
    let step = try operands.integer(1)
    let window = try operands.optionalSpec(2)
    let frame = operands.has(3) ? try operands.integer(3) : window?.shape.first ?? x.shape[1]
    if let window {
      try require(window, is: x.type, "the window")
      try require(window, has: [frame], "the window")
    }
    guard step > 0, frame > 0, frame <= min(x.shape[1], FourierTransform.longest) else {
      throw .invalid("frames of \(frame) elements, \(step) apart, of a signal of \(x.shape[1])")
    }
    let frames = (x.shape[1] - frame) / step + 1
    let bins = isOneSided ? frame / 2 + 1 : frame
    let result = try TensorSpec.checked(x.type, [x.shape[0], frames, bins, 2])
    return try x.type.float(
      Visit(
        transform: FourierTransform(frame, isInverse: false), hasWindow: window != nil, parts: parts, step: step,
        length: x.shape[1], result: result))
  }

  private struct Visit: FloatVisitor {
    let transform: FourierTransform
    let hasWindow: Bool
    let parts: Int
    let step: Int
    let length: Int
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let window = hasWindow ? invocation.operand(2, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (frames, bins, size) = (result.shape[1], result.shape[2], transform.length)
        invocation.threads.forRanges(result.shape[0] * frames, grain: max(1, cheapGrain / 16 / size)) { range in
          var line = [Complex<Double>](repeating: Complex(0, 0), count: size)
          for i in range {
            let (batch, frame) = i.quotientAndRemainder(dividingBy: frames)
            let start = batch * length + frame * step
            for j in 0..<size {
              let weight = window?[j].compute.double ?? 1
              let at = (start + j) * parts
              line[j] = Complex(
                x[at].compute.double * weight, parts == 2 ? x[at + 1].compute.double * weight : 0)
            }
            transform.run(&line)
            for j in 0..<bins {
              y[(i * bins + j) * 2] = T(compute: T.Compute(double: line[j].real))
              y[(i * bins + j) * 2 + 1] = T(compute: T.Compute(double: line[j].imaginary))
            }
          }
        }
      }
    }
  }
}
