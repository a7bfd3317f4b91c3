/// Quantizes operand 0 (floats) to uint8 over its own range: the results are the integers, the scale and the zero point.
public struct DynamicQuantizeLinearKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    try require(x, is: .float, "the operand")
    let count = x.count
    return Prepared([TensorSpec(.uint8, x.shape), TensorSpec(.float, []), TensorSpec(.uint8, [])]) { invocation in
      let x = invocation.operand(0, as: Float.self)
      // The range always holds zero, so that zero has an exact code.
      var (low, high) = (Float(0), Float(0))
      for i in 0..<count {
        low = x[i] < low ? x[i] : low
        high = x[i] > high ? x[i] : high
      }
      let scale = high == low ? 1 : (high - low) / 255
      let zero = min(max((-low / scale).rounded(.toNearestOrEven), 0), 255)
      if let y = invocation.wantedResult(0, as: UInt8.self) {
        for i in 0..<count {
          let value = (x[i] / scale).rounded(.toNearestOrEven) + zero
          y[i] = UInt8(value > 0 ? min(value, 255) : 0)
        }
      }
      invocation.wantedResult(1, as: Float.self)?.pointee = scale
      invocation.wantedResult(2, as: UInt8.self)?.pointee = UInt8(zero > 0 ? zero : 0)
    }
  }
}
