/// Whether operand 0 is there and, if it is an optional, not empty.
public struct OptionalHasElementKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { (values, _) throws(KernelError) in
      let isThere =
        switch values.first ?? nil {
        case nil, .optional(nil)?: false
        default: true
        }
      return [.tensor(try Tensor(scalar: isThere))]
    })
  }
}
