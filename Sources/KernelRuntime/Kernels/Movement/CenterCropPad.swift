/// Crops or pads operand 0 around its centre to the extents that operand 1 lists.
public struct CenterCropPadKernel: Kernel {
  /// The axes that operand 1's extents are for; nil for all.
  public var axes: [Int]?

  public init(axes: [Int]? = nil) { self.axes = axes }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let extents = try operands.integers(1)
    let axes = try resolveAxes(axes ?? Array(0..<x.rank), rank: x.rank)
    guard extents.count == axes.count, extents.allSatisfy({ $0 >= 0 }) else {
      throw .invalid("extents \(extents) for \(axes.count) axes")
    }
    var (begins, ends) = ([Int](), [Int]())
    for (i, axis) in axes.enumerated() {
      let growth = try checkedSum(extents[i], -x.shape[axis])
      // The odd element goes to the end, whether it is added or taken away.
      let begin = growth / 2
      begins.append(begin)
      ends.append(growth - begin)
    }
    let (pads, list) = (try Tensor((begins + ends).map(Int64.init), shape: [2 * axes.count]), axes)
    let axesTensor = try Tensor(list.map(Int64.init), shape: [list.count])
    var padOperands = operands
    padOperands.list = [operands.list[0], Operand(pads), nil, Operand(axesTensor)]
    return try PadKernel().prepare(padOperands, options: options)
  }
}
