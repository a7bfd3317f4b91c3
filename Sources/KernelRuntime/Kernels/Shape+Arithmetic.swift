/// The position that an axis counted from the end (`-1` is the last) has when counted from the start.
///
/// - Throws: when it lies outside `-rank..<rank`.
func resolveAxis(_ axis: Int, rank: Int) throws(KernelError) -> Int {
  guard axis >= -rank, axis < rank else { throw .invalid("axis \(axis) is out of range for rank \(rank)") }
  return axis < 0 ? axis + rank : axis
}

/// As `resolveAxis(_:rank:)` for several axes, which must differ.
func resolveAxes(_ axes: [Int], rank: Int) throws(KernelError) -> [Int] {
  var resolved: [Int] = []
  for axis in axes {
    let axis = try resolveAxis(axis, rank: rank)
    guard !resolved.contains(axis) else { throw .invalid("axis \(axis) is given twice in \(axes)") }
    resolved.append(axis)
  }
  return resolved
}

/// The product of extents; those of a checked shape never overflow, whichever of them are chosen.
@inline(__always)
func product(_ extents: some Sequence<Int>) -> Int { extents.reduce(1, &*) }

/// How many elements apart neighbours along each dimension of a dense row-major array lie.
func denseStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for d in stride(from: shape.count - 2, through: 0, by: -1) { strides[d] = strides[d + 1] &* max(shape[d + 1], 1) }
  return strides
}

/// The strides to read a dense array of shape `shape` with as if it had the shape `target` that it broadcasts to.
func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
  let missing = target.count - shape.count
  let dense = denseStrides(shape)
  return target.indices.map { $0 < missing || shape[$0 - missing] == 1 ? 0 : dense[$0 - missing] }
}

/// The shape that all of `shapes` broadcast to, by numpy's rules.
///
/// - Throws: when two extents differ and neither is 1.
public func broadcastShape(_ shapes: [[Int]]) throws(KernelError) -> [Int] {
  var result = [Int](repeating: 1, count: shapes.map(\.count).max() ?? 0)
  for shape in shapes {
    let missing = result.count - shape.count
    for (d, extent) in shape.enumerated() where extent != 1 {
      guard result[missing + d] == 1 || result[missing + d] == extent else {
        throw .invalid("shapes \(shapes.map(String.init(describing:)).joined(separator: ", ")) do not broadcast")
      }
      result[missing + d] = extent
    }
  }
  return result
}

extension TensorSpec {
  /// The type of a result, refused when it is larger than the runtime's limits.
  static func checked(_ type: ElementType, _ shape: [Int]) throws(KernelError) -> TensorSpec {
    let spec = TensorSpec(type, shape)
    _ = try spec.checkedCount()
    return spec
  }
}

/// Arithmetic on numbers from a file, which may be of any size.
func checkedSum(_ a: Int, _ b: Int) throws(KernelError) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  guard !overflow else { throw .invalid("\(a) + \(b) is too large") }
  return sum
}

func checkedProduct(_ a: Int, _ b: Int) throws(KernelError) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  guard !overflow else { throw .invalid("\(a) × \(b) is too large") }
  return product
}

/// Checks that an operand has an expected element type.
func require(_ spec: TensorSpec, is type: ElementType, _ what: String) throws(KernelError) {
  guard spec.type == type else { throw .invalid("\(what) must be of type \(type.name), not \(spec.type.name)") }
}

/// Checks that an operand has an expected shape.
func require(_ spec: TensorSpec, has shape: [Int], _ what: String) throws(KernelError) {
  guard spec.shape == shape else { throw .invalid("\(what) must have shape \(shape), not \(spec.shape)") }
}

/// Loops over the elements of a dense result together with up to four operands that are read with strides.
///
/// Neighbouring dimensions that all operands step through evenly are joined, so that the innermost runs are long.
struct LoopNest: Sendable {
  /// Outermost first; never empty.
  private(set) var extents: [Int] = []
  private(set) var strides: [SIMD4<Int>] = []
  private(set) var count: Int

  /// - Parameter strides: for each operand, in elements, one for each dimension of `shape`.
  init(_ shape: [Int], strides operands: [[Int]]) {
    count = product(shape)
    for (d, extent) in shape.enumerated() where extent != 1 {
      var step = SIMD4<Int>()
      for (lane, operand) in operands.enumerated() { step[lane] = operand[d] }
      if let last = strides.last, let outer = extents.last, last == step &* SIMD4(repeating: extent) {
        extents[extents.count - 1] = outer &* extent
        strides[strides.count - 1] = step
      } else {
        extents.append(extent)
        strides.append(step)
      }
    }
    if extents.isEmpty {
      extents = [1]
      strides = [SIMD4()]
    }
  }

  /// The operands' strides within a run.
  var step: SIMD4<Int> { strides[strides.count - 1] }

  /// The loops around the innermost one; nil where there are none.
  var withoutInnermost: LoopNest? {
    guard extents.count > 1 else { return nil }
    var outer = self
    outer.extents.removeLast()
    outer.strides.removeLast()
    outer.count = product(outer.extents)
    return outer
  }

  /// Which of the first two operands has all elements of the result in the result's order.
  var wholeOperand: Int? {
    let dense = denseStrides(extents)
    return (0..<2).first { lane in strides.indices.allSatisfy { strides[$0][lane] == dense[$0] || extents[$0] == 1 } }
  }

  /// Calls `body` with runs that cover the result's elements `range`: the first element's index, how many follow one
  /// another, and the operands' offsets at the first.
  @inline(__always)
  func forEachRun(_ range: Range<Int>, _ body: (_ start: Int, _ count: Int, _ offsets: SIMD4<Int>) -> Void) {
    guard !range.isEmpty else { return }
    let innermost = extents.count - 1
    let length = extents[innermost]
    // A rank is small: the positions lie on the stack.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: extents.count) { position in
      position.initialize(repeating: 0)
      var offsets = SIMD4<Int>()
      var rest = range.lowerBound
      for d in stride(from: innermost, through: 0, by: -1) {
        position[d] = rest % extents[d]
        rest /= extents[d]
        offsets &+= strides[d] &* SIMD4(repeating: position[d])
      }
      var start = range.lowerBound
      while true {
        let run = min(length - position[innermost], range.upperBound - start)
        body(start, run, offsets)
        start += run
        guard start < range.upperBound else { return }
        // Only the first run can start inside a row.
        offsets &-= strides[innermost] &* SIMD4(repeating: position[innermost])
        position[innermost] = 0
        var d = innermost - 1
        while d >= 0 {
          position[d] += 1
          offsets &+= strides[d]
          if position[d] < extents[d] { break }
          offsets &-= strides[d] &* SIMD4(repeating: extents[d])
          position[d] = 0
          d -= 1
        }
      }
    }
  }
}

/// Runs of broadcast operands, many at a time where they are short. Strides within them are 0 or 1.
struct BroadcastRuns: Sendable {
  private let nest: LoopNest
  /// The loops around runs that are short; nil where they are long, or there is one only.
  private let rows: LoopNest?

  /// - Parameter nest: of a result with elements.
  init(_ nest: LoopNest) {
    self.nest = nest
    rows = nest.extents[nest.extents.count - 1] < 4096 ? nest.withoutInnermost : nil
  }

  /// The operands' strides within a run.
  var step: SIMD4<Int> { nest.step }

  /// Calls `body` with runs that together cover the result, on all threads: the first element's index, the operands'
  /// offsets there and from run to run, a run's length, and how many runs follow one another in the result.
  ///
  /// - Parameter grain: the least number of elements that is worth a thread's attention.
  @inline(__always)
  func forEach(
    _ threads: ThreadPool, grain: Int,
    _ body: (_ start: Int, _ offset: SIMD4<Int>, _ row: SIMD4<Int>, _ count: Int, _ rowCount: Int) -> Void
  ) {
    guard let rows else {
      return threads.forRanges(nest.count, grain: grain) { range in
        nest.forEachRun(range) { start, count, offset in body(start, offset, SIMD4(), count, 1) }
      }
    }
    let length = nest.extents[nest.extents.count - 1]
    threads.forRanges(rows.count, grain: max(1, grain / max(1, length))) { range in
      rows.forEachRun(range) { start, count, offset in body(start * length, offset, rows.step, length, count) }
    }
  }
}

/// The least number of elements of cheap work that pays for another thread.
let cheapGrain = 16384
