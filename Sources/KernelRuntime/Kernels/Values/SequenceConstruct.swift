/// Makes a sequence of its operands; of none, an empty one.
public struct SequenceConstructKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { (values, _) throws(KernelError) in [.sequence(values.compactMap { $0 })] })
  }
}
