/// The element of operand 0 at the position that operand 1 names, from the end where negative.
public struct SequenceAtKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.count == 2 else { throw .invalid("a sequence and a position are needed") }
    return Prepared(values: { (values, _) throws(KernelError) in
      let sequence = try elements(values[0])
      return [sequence[try position(values[1], count: sequence.count, fallback: 0)]]
    })
  }
}
