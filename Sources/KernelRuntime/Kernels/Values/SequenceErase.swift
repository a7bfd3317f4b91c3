/// Operand 0 without the element at the position that operand 1 names, by default the last.
public struct SequenceEraseKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.has(0) else { throw .invalid("operand 0 is missing") }
    return Prepared(values: { (values, _) throws(KernelError) in
      var sequence = try elements(values[0])
      sequence.remove(at: try position(values.count > 1 ? values[1] : nil, count: sequence.count, fallback: -1))
      return [.sequence(sequence)]
    })
  }
}
