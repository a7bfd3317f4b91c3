import CKernels

/// Quantizes operand 0 (floats) to uint8 over its own range: the results are the integers, the scale and the zero point.
public struct DynamicQuantizeLinearKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    try require(x, is: .float, "the operand")
    let count = x.count
    let (parts, size) = (max(1, min(64, count / 4096)), MemoryLayout<Float>.size)
    return Prepared(
      [TensorSpec(.uint8, x.shape), TensorSpec(.float, []), TensorSpec(.uint8, [])], scratchBytes: 2 * parts * size
    ) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let ends = invocation.scratch.assumingMemoryBound(to: Float.self)
      func start(_ part: Int) -> Int { count * part / parts }
      invocation.threads.forEach(parts) { i in
        onramp_range(x + start(i), start(i + 1) - start(i), ends + 2 * i, ends + 2 * i + 1)
      }
      // The range always holds zero, so that zero has an exact code.
      var (low, high) = (Float(0), Float(0))
      for i in 0..<parts { (low, high) = (min(low, ends[2 * i]), max(high, ends[2 * i + 1])) }
      let scale = high == low ? 1 : (high - low) / 255
      let zero = min(max((-low / scale).rounded(.toNearestOrEven), 0), 255)
      if let y = invocation.wantedResult(0, as: UInt8.self) {
        nonisolated(unsafe) let y = y
        let quantization = onramp_quantization(zero: zero, low: 0, high: 255)
        invocation.threads.forEach(parts) { i in
          onramp_quantize(y + start(i), x + start(i), scale, quantization, start(i + 1) - start(i))
        }
      }
      invocation.wantedResult(1, as: Float.self)?.pointee = scale
      invocation.wantedResult(2, as: UInt8.self)?.pointee = UInt8(zero > 0 ? zero : 0)
    }
  }
}
