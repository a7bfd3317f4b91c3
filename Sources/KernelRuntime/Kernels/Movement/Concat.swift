/// Joins all operands along an axis.
public struct ConcatKernel: Kernel {
  public var axis: Int

  public init(axis: Int) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let first = try operands.spec(0)
    let axis = try resolveAxis(axis, rank: first.rank)
    var shape = first.shape
    var parts: [Int] = []
    for i in 0..<operands.count {
      let spec = try operands.spec(i)
      try require(spec, is: first.type, "operand \(i)")
      guard spec.rank == first.rank else { throw .invalid("shapes \(first.shape) and \(spec.shape) do not join") }
      for d in 0..<spec.rank where d != axis && spec.shape[d] != shape[d] {
        throw .invalid("shapes \(first.shape) and \(spec.shape) do not join along axis \(axis)")
      }
      if i > 0 { shape[axis] = try checkedSum(shape[axis], spec.shape[axis]) }
      parts.append(product(spec.shape[axis...]))
    }
    let result = try TensorSpec.checked(first.type, shape)
    if operands.count == 1 { return Prepared(aliasing: 0, as: result) }
    return try first.type.move(Visit(result: result, outer: product(shape[..<axis]), parts: parts))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let outer: Int
    let parts: [Int]
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let row = parts.reduce(0, +)
      return Prepared([result]) { [outer, parts] invocation in
        var start = 0
        for (i, part) in parts.enumerated() {
          nonisolated(unsafe) let from = invocation.operand(i, as: T.self)
          nonisolated(unsafe) let to = invocation.result(0, as: T.self) + start
          invocation.threads.forRanges(outer, grain: max(1, cheapGrain * 2 / max(1, part))) { range in
            for o in range { (to + o * row).update(from: from + o * part, count: part) }
          }
          start += part
        }
      }
    }
  }
}
