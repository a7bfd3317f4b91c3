import CKernels

/// Exponentials along an axis of operand 0, scaled to sum to 1, or their logarithms.
public struct SoftmaxKernel: Kernel {
  public var axis: Int
  public var isLog: Bool

  public init(axis: Int = -1, isLog: Bool = false) {
    self.axis = axis
    self.isLog = isLog
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let lines = Lines(x.shape, axis: try resolveAxis(axis, rank: x.rank))
    if x.type == .float, !isLog, lines.step == 1, lines.length > 0, !options.reference {
      return Prepared([x], inPlaceOperand: 0) { invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        let length = lines.length
        invocation.threads.forRanges(lines.count, grain: max(1, cheapGrain / 4 / length)) { range in
          for line in range {
            let row = y + line * length
            if UnsafePointer(row) != x + line * length { row.update(from: x + line * length, count: length) }
            onramp_softmax(row, length)
          }
        }
      }
    }
    return try x.type.float(Visit(isLog: isLog, lines: lines, spec: x))
  }

  private struct Visit: FloatVisitor {
    let isLog: Bool
    let lines: Lines
    let spec: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (step, length) = (lines.step, lines.length)
        guard length > 0 else { return }
        invocation.threads.forRanges(lines.count, grain: max(1, cheapGrain / 8 / length)) { range in
          withUnsafeTemporaryAllocation(of: T.Compute.self, capacity: length) { memory in
            guard let row = memory.baseAddress else { return }
            for line in range {
              let start = lines.start(line)
              for i in 0..<length { row[i] = x[start + i * step].compute }
              softmax(row, length, isLog: isLog)
              for i in 0..<length { y[start + i * step] = T(compute: row[i]) }
            }
          }
        }
      }
    }
  }
}

/// Replaces the elements of a row by their softmax.
@inline(__always)
func softmax<C: RealMath>(_ row: UnsafeMutablePointer<C>, _ n: Int, isLog: Bool = false) {
  var greatest = C.lowest
  for i in 0..<n { if row[i] > greatest { greatest = row[i] } }
  // A row of negative infinities, as masks make them, has no greatest element to subtract.
  if greatest == C.lowest { greatest = 0 }
  var sum: C = 0
  if isLog {
    for i in 0..<n { sum += (row[i] - greatest).exponential }
    let shift = greatest + sum.naturalLogarithm
    for i in 0..<n { row[i] -= shift }
  } else {
    for i in 0..<n {
      row[i] = (row[i] - greatest).exponential
      sum += row[i]
    }
    let scale = 1 / sum
    for i in 0..<n { row[i] *= scale }
  }
}
