/// The different elements of operand 0, or its different slices along an axis.
///
/// The results are those elements; the index of the first occurrence of each; for each element of the operand, which
/// of them it is; and how often each occurs. The last three are int64.
public struct UniqueKernel: Kernel {
  /// Nil for the flattened operand.
  public var axis: Int?
  /// Whether the result is in ascending order, not in that of first occurrence.
  public var sorted: Bool

  public init(axis: Int? = nil, sorted: Bool = true) {
    self.axis = axis
    self.sorted = sorted
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.tensor(0)
    let axis = try axis.map { (axis) throws(KernelError) in try resolveAxis(axis, rank: x.spec.rank) }
    let shape = axis == nil ? [x.count] : x.shape
    let at = axis ?? 0
    let outer = product(shape[..<at])
    let inner = product(shape[(at + 1)...])
    let extent = shape[at]
    let order: (Int, Int) -> Int
    if x.type == .string {
      order = compare(x.withElements(as: String.self) { Array($0) }, outer, extent, inner)
    } else if let integers = x.elements(as: UInt64.self) {
      order = compare(integers, outer, extent, inner)
    } else if let integers = x.integers {
      order = compare(integers, outer, extent, inner)
    } else if let doubles = x.doubles {
      order = compare(doubles, outer, extent, inner)
    } else if let parts = x.complexParts {
      // By the real part, and by the imaginary one where those are equal.
      order = compare(parts, outer, extent, 2 * inner)
    } else {
      throw .unsupported("Unique on \(x.type.name)")
    }
    // Equal slices become neighbours, the first occurrence first.
    let arranged = (0..<extent).sorted {
      let comparison = order($0, $1)
      return comparison == 0 ? $0 < $1 : comparison < 0
    }
    var groups: [[Int]] = []
    for i in arranged {
      if let last = groups.last?.first, order(last, i) == 0 {
        groups[groups.count - 1].append(i)
      } else {
        groups.append([i])
      }
    }
    if !sorted { groups.sort { $0[0] < $1[0] } }
    var inverse = [Int64](repeating: 0, count: extent)
    for (g, group) in groups.enumerated() { for i in group { inverse[i] = Int64(g) } }
    let firsts = groups.map { Int64($0[0]) }
    let counts = groups.map { Int64($0.count) }
    var resultShape = shape
    resultShape[at] = groups.count
    let results = [
      TensorSpec(x.type, resultShape), TensorSpec(.int64, [groups.count]), TensorSpec(.int64, [extent]),
      TensorSpec(.int64, [groups.count]),
    ]
    return try x.type.move(
      Visit(results: results, outer: outer, extent: extent, inner: inner, lists: [firsts, inverse, counts]))
  }

  private func compare<T: Comparable>(
    _ values: [T], _ outer: Int, _ extent: Int, _ inner: Int
  ) -> (Int, Int) -> Int {
    { a, b in
      for o in 0..<outer {
        for i in 0..<inner {
          let (x, y) = (values[(o * extent + a) * inner + i], values[(o * extent + b) * inner + i])
          if x < y { return -1 }
          if y < x { return 1 }
          // Neither less nor greater nor equal: NaN, which sorts last and equals nothing.
          if x != y { return x == x ? -1 : y == y ? 1 : a < b ? -1 : 1 }
        }
      }
      return 0
    }
  }

  private struct Visit: ElementVisitor {
    let results: [TensorSpec]
    let outer: Int
    let extent: Int
    let inner: Int
    let lists: [[Int64]]
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared(results) { [self] invocation in
        if var y = invocation.wantedResult(0, as: T.self) {
          let x = invocation.operand(0, as: T.self)
          for o in 0..<outer {
            for first in lists[0] {
              y.update(from: x + (o * extent + Int(first)) * inner, count: inner)
              y += inner
            }
          }
        }
        for (i, list) in lists.enumerated() {
          guard let y = invocation.wantedResult(i + 1, as: Int64.self) else { continue }
          for (j, value) in list.enumerated() { y[j] = value }
        }
      }
    }
  }
}
