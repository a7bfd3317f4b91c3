import CKernels

/// Normalizes each channel of operand 0, floats with channels last, by operands 3 and 4, its mean and variance, scales
/// by operand 1 and shifts by operand 2; limits apply in the end.
///
/// Operands from 5 on, if there are any, continue operand 0's channels.
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
    guard let first = x.shape.last else { throw .invalid("a scalar has no channels") }
    var parts = [first]
    var channels = first
    for i in 5..<max(5, operands.count) {
      let part = try operands.spec(i)
      try require(part, is: .float, "operand \(i)")
      guard let count = part.shape.last, part.shape.dropLast() == x.shape.dropLast() else {
        throw .invalid("shapes \(x.shape) and \(part.shape) do not join along the last axis")
      }
      parts.append(count)
      channels = try checkedSum(channels, count)
    }
    for i in 1...4 {
      try require(try operands.spec(i), is: .float, "operand \(i)")
      try require(try operands.spec(i), has: [channels], "operand \(i)")
    }
    let result = try TensorSpec.checked(.float, x.shape.dropLast() + [channels])
    if result.count == 0 { return Prepared([result]) { _ in } }
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
    // As many pixels at a time as stay in the cache until all their parts are there.
    let block = max(1, (1 << 13) / channels)
    return Prepared(
      [result], scratchBytes: folded == nil ? bytes : 0, inPlaceOperand: parts.count == 1 ? 0 : nil
    ) { [self, channels, parts] invocation in
      nonisolated(unsafe) let to = invocation.result(0, as: Float.self)
      let room = invocation.scratch.assumingMemoryBound(to: Float.self)
      if folded == nil { fold((1...4).map { invocation.operand($0, as: Float.self) }, channels, to: room) }
      nonisolated(unsafe) let scale = folded?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(room)
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: parts.count) { sources in
        for i in parts.indices { sources.initializeElement(at: i, to: invocation.operand(i == 0 ? 0 : 4 + i)) }
        nonisolated(unsafe) let sources = sources
        invocation.threads.forRanges(result.count / channels, grain: max(1, cheapGrain / channels)) { range in
          for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
            let count = min(block, range.upperBound - first)
            var start = 0
            for (i, part) in parts.enumerated() {
              onramp_scale_shift_channels(
                to + first * channels + start, channels, sources[i] + first * part, count, part, scale + start,
                scale + channels + start, low, high)
              start += part
            }
          }
        }
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
