import CKernels

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
    let outer = product(shape[..<axis])
    var prepared = try first.type.move(Visit(result: result, outer: outer, parts: parts))
    prepared.joined = Prepared.Joined(rows: outer, parts: parts)
    return prepared
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let outer: Int
    let parts: [Int]
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let row = parts.reduce(0, +)
      let size = MemoryLayout<T>.stride
      return Prepared([result]) { [outer, parts] invocation in
        nonisolated(unsafe) let to = invocation.result(0, as: T.self)
        if T.self == String.self {
          var start = 0
          for (i, part) in parts.enumerated() {
            let from = invocation.operand(i, as: T.self)
            for o in 0..<outer { (to + start + o * row).update(from: from + o * part, count: part) }
            start += part
          }
          return
        }
        withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: parts.count) { operands in
          for i in parts.indices { operands.initializeElement(at: i, to: invocation.operand(i, as: T.self)) }
          nonisolated(unsafe) let operands = operands
          func forEachPart(_ body: (_ i: Int, _ part: Int, _ start: Int) -> Void) {
            var start = 0
            for (i, part) in parts.enumerated() {
              // What lies there has been made in its place.
              if operands[i] != to + start { body(i, part, start) }
              start += part
            }
          }
          var isMade = true
          forEachPart { _, _, _ in isMade = false }
          if isMade { return }
          // Parts of long rows are shared out one by one.
          if row * size > 1 << 16 {
            forEachPart { i, part, start in
              nonisolated(unsafe) let (from, to) = (operands[i], to + start)
              invocation.threads.forRanges(outer * part, grain: cheapGrain * 2) { range in
                var at = range.lowerBound
                while at < range.upperBound {
                  let (o, j) = at.quotientAndRemainder(dividingBy: part)
                  let count = min(part - j, range.upperBound - at)
                  (to + o * row + j).update(from: from + at, count: count)
                  at += count
                }
              }
            }
            return
          }
          // As many rows at a time as stay in the cache until all their parts are there.
          let rows = max(1, (1 << 15) / max(1, row * size))
          invocation.threads.forRanges(outer, grain: max(1, cheapGrain * 2 / max(1, row))) { range in
            for first in stride(from: range.lowerBound, to: range.upperBound, by: rows) {
              let count = min(rows, range.upperBound - first)
              forEachPart { i, part, start in
                onramp_copy_runs(
                  to + first * row + start, row * size, operands[i] + first * part, part * size, part * size, count)
              }
            }
          }
        }
      }
    }
  }
}
