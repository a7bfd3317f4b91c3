/// The index of the greatest or least element along an axis of operand 0, int64.
public struct ArgReduceKernel: Kernel {
  public var isMax: Bool
  public var axis: Int
  public var keepDims: Bool
  /// Which of equals wins.
  public var selectLastIndex: Bool

  public init(isMax: Bool, axis: Int = 0, keepDims: Bool = true, selectLastIndex: Bool = false) {
    self.isMax = isMax
    self.axis = axis
    self.keepDims = keepDims
    self.selectLastIndex = selectLastIndex
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let lines = Lines(x.shape, axis: try resolveAxis(axis, rank: x.rank))
    let plan = ReductionPlan(x.shape, axes: [lines.axis], keepDims: keepDims)
    guard lines.length > 0 || plan.resultCount == 0 else { throw .invalid("no elements along axis \(lines.axis)") }
    return try x.type.numeric(Visit(kernel: self, lines: lines, result: TensorSpec(.int64, plan.shape)))
  }

  private struct Visit: NumericVisitor {
    let kernel: ArgReduceKernel
    let lines: Lines
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Int64.self)
        let (isMax, takesLast, step) = (kernel.isMax, kernel.selectLastIndex, lines.step)
        invocation.threads.forRanges(lines.count, grain: max(1, cheapGrain / max(1, lines.length))) { range in
          for line in range {
            let from = x + lines.start(line)
            var best = 0
            var value = from[0].compute
            for i in 1..<max(1, lines.length) {
              let next = from[i * step].compute
              let wins = (isMax ? next > value : next < value) || (next.isNaNValue && !value.isNaNValue)
              if wins || (takesLast && next == value) {
                best = i
                value = next
              }
            }
            y[line] = Int64(best)
          }
        }
      }
    }
  }
}

/// The lines of elements along one axis of a dense array.
struct Lines: Sendable {
  let axis: Int
  /// How many there are, counted in row-major order of the other dimensions.
  let count: Int
  let length: Int
  /// How far apart a line's elements lie.
  let step: Int

  init(_ shape: [Int], axis: Int) {
    self.axis = axis
    length = shape[axis]
    step = product(shape[(axis + 1)...])
    count = product(shape[..<axis]) * step
  }

  @inline(__always)
  func start(_ line: Int) -> Int {
    let (outer, inner) = line.quotientAndRemainder(dividingBy: step)
    return outer * length * step + inner
  }
}
