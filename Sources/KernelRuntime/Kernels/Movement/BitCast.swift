/// Operand 0's bits under another type of the same width.
public struct BitCastKernel: Kernel {
  public var to: ElementType

  public init(to: ElementType) { self.to = to }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard let width = x.type.storedBitWidth, width == to.storedBitWidth else {
      throw .invalid("\(x.type.name) and \(to.name) differ in width")
    }
    return Prepared(aliasing: 0, as: TensorSpec(to, x.shape))
  }
}
