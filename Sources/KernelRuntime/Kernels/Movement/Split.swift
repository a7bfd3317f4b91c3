/// Cuts operand 0 along an axis, into parts of the extents that operand 1 lists or, without it, into `numOutputs` equal
/// ones, the last of which may be smaller. Each part is a result.
public struct SplitKernel: Kernel {
  public var axis: Int
  public var numOutputs: Int?

  public init(axis: Int = 0, numOutputs: Int? = nil) {
    self.axis = axis
    self.numOutputs = numOutputs
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let axis = try resolveAxis(axis, rank: x.rank)
    let listed = try operands.optionalIntegers(1)
    let extents = if let listed { listed } else { try Self.equalParts(x.shape[axis], numOutputs) }
    var sum = 0
    for extent in extents {
      guard extent >= 0 else { throw .invalid("negative extent in \(extents)") }
      sum = try checkedSum(sum, extent)
    }
    guard sum == x.shape[axis] else { throw .invalid("parts \(extents) of an extent of \(x.shape[axis])") }
    let results = extents.map { extent in
      var shape = x.shape
      shape[axis] = extent
      return TensorSpec(x.type, shape)
    }
    if results.count == 1 { return Prepared(aliasing: 0, as: results[0]) }
    return try x.type.move(
      Visit(
        results: results, outer: product(x.shape[..<axis]), inner: product(x.shape[(axis + 1)...]), extents: extents))
  }

  /// The extents of `count` parts of equal size, the last of which is smaller where that does not come out even.
  public static func equalParts(_ extent: Int, _ count: Int?) throws(KernelError) -> [Int] {
    guard let count, count > 0, count <= 1 << 20 else { throw .invalid("\(count ?? 0) parts") }
    let part = (extent + count - 1) / count
    return (0..<count).map { max(0, min(part, extent - $0 * part)) }
  }

  private struct Visit: ElementVisitor {
    let results: [TensorSpec]
    let outer: Int
    let inner: Int
    let extents: [Int]
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let row = extents.reduce(0, +) * inner
      return Prepared(results) { [outer, inner, extents] invocation in
        var start = 0
        for (i, extent) in extents.enumerated() {
          let part = extent * inner
          if let to = invocation.wantedResult(i, as: T.self) {
            nonisolated(unsafe) let to = to
            nonisolated(unsafe) let from = invocation.operand(0, as: T.self) + start
            invocation.threads.forRanges(outer, grain: max(1, cheapGrain * 2 / max(1, part))) { range in
              for o in range { (to + o * part).update(from: from + o * row, count: part) }
            }
          }
          start += part
        }
      }
    }
  }
}
