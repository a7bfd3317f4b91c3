/// Reverses the first elements along the time axis of operand 0, as many for each batch as operand 1 says.
public struct ReverseSequenceKernel: Kernel {
  public var batchAxis: Int
  public var timeAxis: Int

  public init(batchAxis: Int = 1, timeAxis: Int = 0) {
    self.batchAxis = batchAxis
    self.timeAxis = timeAxis
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, lengths) = (try operands.spec(0), try operands.spec(1))
    guard x.rank >= 2, (batchAxis, timeAxis) == (0, 1) || (batchAxis, timeAxis) == (1, 0) else {
      throw .invalid("batch axis \(batchAxis) and time axis \(timeAxis) of shape \(x.shape)")
    }
    try require(lengths, is: .int64, "operand 1")
    try require(lengths, has: [x.shape[batchAxis]], "operand 1")
    return try x.type.move(Visit(kernel: self, spec: x))
  }

  private struct Visit: ElementVisitor {
    let kernel: ReverseSequenceKernel
    let spec: TensorSpec
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let strides = denseStrides(spec.shape)
      let inner = product(spec.shape.dropFirst(2))
      return Prepared([spec]) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let x = invocation.operand(0, as: T.self)
        let lengths = invocation.operand(1, as: Int64.self)
        let y = invocation.result(0, as: T.self)
        let times = spec.shape[kernel.timeAxis]
        for b in 0..<spec.shape[kernel.batchAxis] {
          let length = Int(lengths[b])
          guard length >= 0, length <= times else { throw .invalid("length \(length) of \(times) time steps") }
          for t in 0..<times {
            let from = t < length ? length - 1 - t : t
            let base = b * strides[kernel.batchAxis]
            (y + base + t * strides[kernel.timeAxis]).update(
              from: x + base + from * strides[kernel.timeAxis], count: inner)
          }
        }
      }
    }
  }
}
