/// The value of operand 0, an optional that must not be empty; a value that is no optional is its own.
public struct OptionalGetElementKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { (values, _) throws(KernelError) in
      switch values.first ?? nil {
      case .optional(let element?)?: return [element]
      case nil, .optional(nil)?: throw .invalid("the optional is empty")
      case let value: return [value]
      }
    })
  }
}
