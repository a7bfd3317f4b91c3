/// The number of elements of operand 0.
public struct SequenceLengthKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.has(0) else { throw .invalid("operand 0 is missing") }
    return Prepared(values: { (values, _) throws(KernelError) in
      [.tensor(try Tensor(scalar: Int64(try elements(values[0]).count)))]
    })
  }
}
