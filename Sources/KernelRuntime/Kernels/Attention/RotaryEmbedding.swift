import CKernels

/// Rotates pairs of elements of each head of operand 0 by angles whose cosines and sines operands 1 and 2 hold; operand
/// 3, the positions that choose among those, is optional.
public struct RotaryEmbeddingKernel: Kernel {
  /// Whether pairs are neighbours, not halves.
  public var interleaved: Bool
  /// For an operand of rank 3.
  public var numHeads: Int
  /// How many elements of a head rotate; 0 for all.
  public var rotaryEmbeddingDim: Int

  public init(interleaved: Bool = false, numHeads: Int = 0, rotaryEmbeddingDim: Int = 0) {
    self.interleaved = interleaved
    self.numHeads = numHeads
    self.rotaryEmbeddingDim = rotaryEmbeddingDim
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, cosines, sines) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    try require(cosines, is: x.type, "the cosines")
    try require(sines, is: x.type, "the sines")
    try require(sines, has: cosines.shape, "the sines")
    let (batch, heads, length, size): (Int, Int, Int, Int)
    if x.rank == 3 {
      guard numHeads > 0, x.shape[2] % numHeads == 0 else {
        throw .invalid("shape \(x.shape) does not divide into \(numHeads) heads")
      }
      (batch, heads, length, size) = (x.shape[0], numHeads, x.shape[1], x.shape[2] / numHeads)
    } else {
      guard x.rank == 4 else { throw .invalid("rank 3 or 4 is needed, not shape \(x.shape)") }
      (batch, heads, length, size) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    }
    let rotated = rotaryEmbeddingDim == 0 ? size : rotaryEmbeddingDim
    guard rotated > 0, rotated <= size, rotated % 2 == 0 else {
      throw .invalid("\(rotated) of \(size) elements cannot rotate in pairs")
    }
    if let positions = try operands.optionalSpec(3) {
      try require(positions, is: .int64, "the positions")
      try require(positions, has: [batch, length], "the positions")
      guard cosines.rank == 2, cosines.shape[1] == rotated / 2 else {
        throw .invalid("cosines of shape \(cosines.shape) for \(rotated) elements")
      }
    } else {
      try require(cosines, has: [batch, length, rotated / 2], "the cosines")
    }
    return try x.type.float(
      Visit(
        spec: x, batch: batch, heads: heads, length: length, size: size, rotated: rotated, interleaved: interleaved,
        hasPositions: operands.has(3), positionCount: cosines.shape[0],
        isVectorized: x.type == .float && !interleaved && !options.reference))
  }

  private struct Visit: FloatVisitor {
    let spec: TensorSpec
    let batch: Int
    let heads: Int
    let length: Int
    let size: Int
    let rotated: Int
    let interleaved: Bool
    let hasPositions: Bool
    let positionCount: Int
    /// Whether elements are floats, to be turned by the C function.
    let isVectorized: Bool

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let cosines = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let sines = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let positions = hasPositions ? invocation.operand(3, as: Int64.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        if let positions {
          for i in 0..<batch * length where positions[i] < 0 || positions[i] >= positionCount {
            throw .invalid("position \(positions[i]) is out of range for \(positionCount)")
          }
        }
        let half = rotated / 2
        invocation.threads.forRanges(batch * length, grain: max(1, cheapGrain / 4 / max(heads * size, 1))) { range in
          for place in range {
            let (b, i) = place.quotientAndRemainder(dividingBy: length)
            let angle = (positions.map { Int($0[place]) } ?? place) * half
            for h in 0..<heads {
              let at = (spec.rank == 3 ? place * heads + h : (b * heads + h) * length + i) * size
              rotate(y + at, x + at, cosines + angle, sines + angle)
            }
          }
        }
      }
    }

    /// One head's elements at one place.
    @inline(__always)
    private func rotate<T: FloatElement>(
      _ y: UnsafeMutablePointer<T>, _ x: UnsafePointer<T>, _ cosines: UnsafePointer<T>, _ sines: UnsafePointer<T>
    ) {
      let half = rotated / 2
      (y + rotated).update(from: x + rotated, count: size - rotated)
      if isVectorized, let y = y as? UnsafeMutablePointer<Float>, let x = x as? UnsafePointer<Float>,
        let cosines = cosines as? UnsafePointer<Float>, let sines = sines as? UnsafePointer<Float>
      {
        return onramp_rotate(y, x, cosines, sines, half)
      }
      for p in 0..<half {
        let (first, second) = interleaved ? (2 * p, 2 * p + 1) : (p, half + p)
        let (cosine, sine) = (cosines[p].compute, sines[p].compute)
        let (a, c) = (x[first].compute, x[second].compute)
        y[first] = T(compute: cosine * a - sine * c)
        y[second] = T(compute: sine * a + cosine * c)
      }
    }
  }
}
