/// The running sum of operand 0 along the axis that operand 1 names.
public struct CumSumKernel: Kernel {
  /// Whether an element is left out of its own sum.
  public var exclusive: Bool
  /// Whether to start from the end.
  public var reverse: Bool

  public init(exclusive: Bool = false, reverse: Bool = false) {
    self.exclusive = exclusive
    self.reverse = reverse
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let axis = try resolveAxis(try operands.integer(1), rank: x.rank)
    return try x.type.numeric(
      CumulativeVisit(
        isProduct: false, exclusive: exclusive, reverse: reverse, lines: Lines(x.shape, axis: axis), spec: x))
  }
}
