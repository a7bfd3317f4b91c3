/// Joins the strings of operands 0 and 1, broadcast against each other.
public struct StringConcatKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (a, b) = (try operands.spec(0), try operands.spec(1))
    try require(a, is: .string, "operand 0")
    try require(b, is: .string, "operand 1")
    let result = try TensorSpec.checked(.string, broadcastShape([a.shape, b.shape]))
    let nest = LoopNest(
      result.shape,
      strides: [broadcastStrides(a.shape, to: result.shape), broadcastStrides(b.shape, to: result.shape)])
    return Prepared([result]) { invocation in
      let (a, b) = (invocation.operand(0, as: String.self), invocation.operand(1, as: String.self))
      let y = invocation.result(0, as: String.self)
      let step = nest.step
      nest.forEachRun(0..<nest.count) { start, count, offset in
        for i in 0..<count { y[start + i] = a[offset[0] + i * step[0]] + b[offset[1] + i * step[1]] }
      }
    }
  }
}
