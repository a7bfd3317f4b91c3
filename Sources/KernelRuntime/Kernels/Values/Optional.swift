/// Operand 0 as an optional value; without it, the empty optional.
public struct OptionalKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { (values, _) throws(KernelError) in [.optional(values.first ?? nil)] })
  }
}
