import CKernels

/// Normalizes each channel of operand 0, floats with channels last, by operands 3 and 4, its mean and variance, scales
/// by operand 1 and shifts by operand 2; limits apply in the end.
public struct ChannelsLastBatchNormalizationKernel: Kernel {
  public var epsilon: Double
  public var low: Float?
  public var high: Float?

  public init(epsilon: Double = 1e-5, low: Float? = nil, high: Float? = nil) {
    self.epsilon = epsilon
    self.low = low
    self.high = high
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    try require(x, is: .float, "operand 0")
    guard let channels = x.shape.last else { throw .invalid("a scalar has no channels") }
    for i in 1...4 {
      try require(try operands.spec(i), is: .float, "operand \(i)")
      try require(try operands.spec(i), has: [channels], "operand \(i)")
    }
    if x.count == 0 { return Prepared([x]) { _ in } }
    let bytes = try checkedProduct(channels, 2 * MemoryLayout<Float>.size)
    let known = operands.list[1...4].compactMap { $0?.value?.tensor }
    let folded: Tensor? =
      known.count < 4
      ? nil
      : try Tensor(TensorSpec(.float, [2, channels])) { (address) throws(KernelError) in
        fold(
          known.map { UnsafePointer($0.address.assumingMemoryBound(to: Float.self)) }, channels,
          to: address.assumingMemoryBound(to: Float.self))
      }
    let (low, high) = (low ?? -.infinity, high ?? .infinity)
    return Prepared([x], scratchBytes: folded == nil ? bytes : 0, inPlaceOperand: 0) { [self] invocation in
      nonisolated(unsafe) let from = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let to = invocation.result(0, as: Float.self)
      let room = invocation.scratch.assumingMemoryBound(to: Float.self)
      if folded == nil { fold((1...4).map { invocation.operand($0, as: Float.self) }, channels, to: room) }
      nonisolated(unsafe) let scale = folded?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(room)
      invocation.threads.forRanges(x.count / channels, grain: max(1, cheapGrain / channels)) { range in
        let at = range.lowerBound * channels
        onramp_scale_shift_channels(to + at, from + at, range.count, channels, scale, scale + channels, low, high)
      }
    }
  }

  /// Brings scale, bias, mean and variance into a factor for each channel and, behind them, what to add.
  private func fold(_ parameters: [UnsafePointer<Float>], _ channels: Int, to: UnsafeMutablePointer<Float>) {
    for c in 0..<channels {
      let factor = Double(parameters[0][c]) / (Double(parameters[3][c]) + epsilon).squareRoot()
      to[c] = Float(factor)
      to[channels + c] = Float(Double(parameters[1][c]) - Double(parameters[2][c]) * factor)
    }
  }
}
