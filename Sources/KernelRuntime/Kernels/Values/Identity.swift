/// Operand 0, unchanged, whatever its type.
public struct IdentityKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard let spec = operands.list.first??.spec else {
      return Prepared(values: { (values, _) throws(KernelError) in [values.first ?? nil] })
    }
    return Prepared(aliasing: 0, as: spec)
  }
}
