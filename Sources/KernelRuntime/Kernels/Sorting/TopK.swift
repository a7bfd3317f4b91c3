/// The greatest or least elements along an axis of operand 0, as many as operand 1 says: result 0 holds the values,
/// result 1 their indices (int64). Of equals the one with the lower index comes first.
public struct TopKKernel: Kernel {
  public var axis: Int
  public var largest: Bool
  /// Whether the values come in order; they always do.
  public var sorted: Bool

  public init(axis: Int = -1, largest: Bool = true, sorted: Bool = true) {
    self.axis = axis
    self.largest = largest
    self.sorted = sorted
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let axis = try resolveAxis(axis, rank: x.rank)
    let k = try operands.integer(1)
    guard k >= 0, k <= x.shape[axis] else { throw .invalid("the first \(k) of \(x.shape[axis]) elements") }
    var shape = x.shape
    shape[axis] = k
    return try x.type.numeric(
      Visit(
        largest: largest, k: k, lines: Lines(x.shape, axis: axis),
        results: [TensorSpec(x.type, shape), TensorSpec(.int64, shape)]))
  }

  private struct Visit: NumericVisitor {
    let largest: Bool
    let k: Int
    let lines: Lines
    let results: [TensorSpec]
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared(results) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let values = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let indices = invocation.wantedResult(1, as: Int64.self)
        let step = lines.step
        guard k > 0 else { return }
        invocation.threads.forRanges(lines.count, grain: max(1, cheapGrain / 16 / max(1, lines.length))) { range in
          for line in range {
            let from = x + lines.start(line)
            // NaN counts as greater than all numbers.
            func precedes(_ i: Int, _ j: Int) -> Bool {
              let (a, b) = (from[i * step].compute, from[j * step].compute)
              if a.isNaNValue || b.isNaNValue {
                return a.isNaNValue == b.isNaNValue ? i < j : a.isNaNValue == largest
              }
              return a == b ? i < j : largest ? a > b : a < b
            }
            let order = first(k, of: lines.length, by: precedes)
            let (outer, inner) = line.quotientAndRemainder(dividingBy: step)
            for (i, index) in order.enumerated() {
              let to = (outer * k + i) * step + inner
              values?[to] = from[index * step]
              indices?[to] = Int64(index)
            }
          }
        }
      }
    }

    /// The first `k` indices below `n` in order: by a heap of `k` where that is much less work than sorting all.
    private func first(_ k: Int, of n: Int, by precedes: (Int, Int) -> Bool) -> [Int] {
      guard k < n / 4 else { return Array((0..<n).sorted(by: precedes).prefix(k)) }
      // The root is the last in order of those kept.
      var heap: [Int] = []
      heap.reserveCapacity(k)
      func sink(_ start: Int) {
        var at = start
        while true {
          var child = 2 * at + 1
          guard child < heap.count else { return }
          if child + 1 < heap.count, precedes(heap[child], heap[child + 1]) { child += 1 }
          guard precedes(heap[at], heap[child]) else { return }
          heap.swapAt(at, child)
          at = child
        }
      }
      for i in 0..<n {
        if heap.count < k {
          heap.append(i)
          if heap.count == k { for at in stride(from: k / 2, through: 0, by: -1) { sink(at) } }
        } else if precedes(i, heap[0]) {
          heap[0] = i
          sink(0)
        }
      }
      return heap.sorted(by: precedes)
    }
  }
}
