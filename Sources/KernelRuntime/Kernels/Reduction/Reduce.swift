import CKernels

/// How `ReduceKernel` combines elements.
public enum ReduceFunction: String, Codable, Sendable, CaseIterable {
  case sum, mean, max, min, prod, sumSquare, l1, l2, logSum, logSumExp
}

/// Combines the elements of operand 0 along the axes that operand 1 lists; without it along all.
public struct ReduceKernel: Kernel {
  public var function: ReduceFunction
  public var keepDims: Bool
  /// Whether an absent or empty list of axes means none.
  public var noopWithEmptyAxes: Bool

  public init(function: ReduceFunction, keepDims: Bool = true, noopWithEmptyAxes: Bool = false) {
    self.function = function
    self.keepDims = keepDims
    self.noopWithEmptyAxes = noopWithEmptyAxes
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let listed = try operands.optionalIntegers(1) ?? []
    let all = listed.isEmpty && !noopWithEmptyAxes
    let axes = all ? Array(0..<x.rank) : try resolveAxes(listed, rank: x.rank)
    let plan = ReductionPlan(x.shape, axes: axes, keepDims: keepDims)
    let result = TensorSpec(x.type, plan.shape)
    if x.type == .bool, function == .max || function == .min {
      return Visit(function: function, plan: plan, result: result).visit(UInt8.self)
    }
    if listed.isEmpty, noopWithEmptyAxes, [.sum, .mean, .max, .min, .prod].contains(function) {
      return Prepared(aliasing: 0, as: x)
    }
    if x.type == .float, !options.reference, function == .sum || function == .mean,
      let rows = RowSums(x.shape, axes: axes)
    {
      return rows.prepare(result, scale: function == .mean ? 1 / Double(plan.reducedCount) : 1)
    }
    return try x.type.numeric(Visit(function: function, plan: plan, result: result))
  }

  /// Sums of floats over neighbouring axes that are not the last: of rows of `inner` elements that lie side by side.
  private struct RowSums {
    let outer: Int
    let rows: Int
    let inner: Int

    /// - Returns: nil where the axes are others, or there is nothing to sum.
    init?(_ shape: [Int], axes: [Int]) {
      let moving = axes.filter { shape[$0] != 1 }.sorted()
      guard let first = moving.first, let last = moving.last,
        (first...last).allSatisfy({ moving.contains($0) || shape[$0] == 1 })
      else { return nil }
      outer = product(shape[..<first])
      rows = product(shape[first...last])
      inner = product(shape[(last + 1)...])
      guard inner > 1, rows > 0, outer > 0 else { return nil }
    }

    /// Blocks of columns and of rows are summed by themselves, then the blocks' sums in order: the same for any number
    /// of threads.
    func prepare(_ result: TensorSpec, scale: Double) -> Prepared {
      // As many sums as may lie on the stack.
      let columns = min(inner, 128)
      let columnBlocks = (inner + columns - 1) / columns
      let rowBlocks = max(1, min(16, rows / 64, rows * columns / cheapGrain))
      let blocks = outer * columnBlocks
      return Prepared([result], scratchBytes: rowBlocks > 1 ? blocks * rowBlocks * columns * 8 : 0) { invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        nonisolated(unsafe) let partial = invocation.scratch.assumingMemoryBound(to: Double.self)
        /// Sums a block's rows and gives where it lies in the result.
        func sum(_ block: Int, _ part: Int, _ to: UnsafeMutablePointer<Double>) -> (at: Int, count: Int) {
          let (o, c) = block.quotientAndRemainder(dividingBy: columnBlocks)
          let first = rows * part / rowBlocks
          let count = min(columns, inner - c * columns)
          let from = x + (o * rows + first) * inner + c * columns
          onramp_sum_rows(to, from, rows * (part + 1) / rowBlocks - first, inner, count)
          return (o * inner + c * columns, count)
        }
        if rowBlocks == 1 {
          invocation.threads.forRanges(blocks, grain: max(1, cheapGrain / (rows * columns))) { range in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
              guard let sums = sums.baseAddress else { return }
              for block in range {
                let (at, count) = sum(block, 0, sums)
                for j in 0..<count { y[at + j] = Float(sums[j] * scale) }
              }
            }
          }
          return
        }
        invocation.threads.forRanges(blocks * rowBlocks, grain: 1) { range in
          for i in range { _ = sum(i / rowBlocks, i % rowBlocks, partial + i * columns) }
        }
        for o in 0..<outer {
          for j in 0..<inner {
            let from = partial + (o * columnBlocks + j / columns) * rowBlocks * columns + j % columns
            var total = 0.0
            for part in 0..<rowBlocks { total += from[part * columns] }
            y[o * inner + j] = Float(total * scale)
          }
        }
      }
    }
  }

  private struct Visit: NumericVisitor {
    let function: ReduceFunction
    let plan: ReductionPlan
    let result: TensorSpec

    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let grain = max(1, cheapGrain / max(1, plan.reducedCount))
        invocation.threads.forRanges(plan.resultCount, grain: grain) { range in
          plan.kept.forEachRun(range) { start, count, at in
            for i in 0..<count { y[start + i] = T(compute: reduce(x + at[0] + i * plan.kept.step[0])) }
          }
        }
      }
    }

    private func reduce<T: NumericElement>(_ x: UnsafePointer<T>) -> T.Compute {
      typealias C = T.Compute
      switch function {
      case .sum: return C(double: sum(x) { $0 }, or: { integerSum(x) { $0 } })
      case .mean:
        let count = plan.reducedCount
        if T.elementType.isInteger { return integerSum(x) { $0 }.divided(by: C(wrapping: Int64(max(count, 1)))) }
        return C(double: sum(x) { $0 } / Double(count))
      case .sumSquare:
        return C(double: sum(x) { $0 * $0 }, or: { integerSum(x) { $0.multiplied(by: $0) } })
      case .l1:
        return C(
          double: sum(x) { $0.magnitude }, or: { integerSum(x) { $0 < .zero ? $0.negated : $0 } })
      case .l2: return C(double: sum(x) { $0 * $0 }.squareRoot())
      case .logSum: return C(double: sum(x) { $0 }.naturalLogarithm)
      case .logSumExp:
        let greatest = extreme(x) { $0 > $1 }.double
        // An infinite maximum is the result, and would only give NaN below.
        guard greatest.isFinite else { return C(double: greatest) }
        return C(double: greatest + sum(x) { ($0 - greatest).exponential }.naturalLogarithm)
      case .max: return extreme(x) { $0 > $1 }
      case .min:
        if plan.reducedCount == 0 { return .highest }
        return extreme(x) { $0 < $1 }
      case .prod:
        var result = C.one
        plan.forEachReduced { result = result.multiplied(by: x[$0].compute) }
        return result
      }
    }

    /// Sums in double precision, of which rounding leaves the float's own untouched.
    @inline(__always)
    private func sum<T: NumericElement>(_ x: UnsafePointer<T>, _ f: (Double) -> Double) -> Double {
      var (even, odd) = (0.0, 0.0)
      plan.forEachReducedRun { at, count, step in
        var i = 0
        while i + 2 <= count {
          even += f(x[at + i * step].compute.double)
          odd += f(x[at + (i + 1) * step].compute.double)
          i += 2
        }
        if i < count { even += f(x[at + i * step].compute.double) }
      }
      return even + odd
    }

    @inline(__always)
    private func integerSum<T: NumericElement>(
      _ x: UnsafePointer<T>, _ f: (T.Compute) -> T.Compute
    ) -> T.Compute {
      var sum = T.Compute.zero
      plan.forEachReduced { sum = sum.adding(f(x[$0].compute)) }
      return sum
    }

    @inline(__always)
    private func extreme<T: NumericElement>(
      _ x: UnsafePointer<T>, _ isBetter: (T.Compute, T.Compute) -> Bool
    ) -> T.Compute {
      guard plan.reducedCount > 0 else { return .lowest }
      var best = x[0].compute
      plan.forEachReduced {
        let value = x[$0].compute
        if isBetter(value, best) || value.isNaNValue { best = value }
      }
      return best
    }
  }
}

extension Scalar {
  /// A sum made in double precision, or for integers, which wrap, by `integer`.
  @inline(__always)
  fileprivate init(double: @autoclosure () -> Double, or integer: () -> Self) {
    self = Self.self is any FixedWidthInteger.Type ? integer() : Self(double: double())
  }
}

/// Which elements a reduction combines.
struct ReductionPlan: Sendable {
  /// The result's.
  let shape: [Int]
  /// Steps through the first element of each result.
  let kept: LoopNest
  /// Steps through one result's elements.
  private let reduced: LoopNest
  let resultCount: Int
  let reducedCount: Int

  init(_ x: [Int], axes: [Int], keepDims: Bool) {
    let strides = denseStrides(x)
    let keptAxes = x.indices.filter { !axes.contains($0) }
    let reducedAxes = axes.sorted()
    shape = keepDims ? x.indices.map { axes.contains($0) ? 1 : x[$0] } : keptAxes.map { x[$0] }
    kept = LoopNest(keptAxes.map { x[$0] }, strides: [keptAxes.map { strides[$0] }])
    reduced = LoopNest(reducedAxes.map { x[$0] }, strides: [reducedAxes.map { strides[$0] }])
    resultCount = kept.count
    reducedCount = reduced.count
  }

  /// Calls `body` with the offset, count and step of each run of a result's elements.
  @inline(__always)
  func forEachReducedRun(_ body: (_ offset: Int, _ count: Int, _ step: Int) -> Void) {
    let step = reduced.step[0]
    if reduced.extents.count == 1 { return body(0, reducedCount, step) }
    reduced.forEachRun(0..<reducedCount) { _, count, offset in body(offset[0], count, step) }
  }

  @inline(__always)
  func forEachReduced(_ body: (_ offset: Int) -> Void) {
    forEachReducedRun { offset, count, step in
      for i in 0..<count { body(offset + i * step) }
    }
  }
}
