/// Counts from operand 0 up to but not including operand 1 in steps of operand 2.
public struct RangeKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (start, limit, step) = (try operands.tensor(0), try operands.tensor(1), try operands.tensor(2))
    for tensor in [start, limit, step] {
      try require(tensor.spec, is: start.type, "each operand")
      guard tensor.count == 1 else { throw .invalid("each operand must be a scalar, not of shape \(tensor.shape)") }
    }
    guard let first = start.doubles?.first, let last = limit.doubles?.first, let delta = step.doubles?.first,
      delta != 0, delta.isFinite, first.isFinite, last.isFinite
    else { throw .invalid("a range needs finite numbers and a step other than 0") }
    var count = ((last - first) / delta).rounded(.up)
    if start.type.isInteger, let a = start.integers?.first, let b = limit.integers?.first,
      let s = step.integers?.first
    {
      let (distance, overflow) = s > 0 ? b.subtractingReportingOverflow(a) : a.subtractingReportingOverflow(b)
      guard !overflow else { throw .invalid("a range of \(last - first) numbers is too large") }
      count = distance <= 0 ? 0 : Double((distance - 1) / Int(clamping: s.magnitude) + 1)
    }
    guard count < Double(Limits.tensorBytes) else { throw KernelError(.memory, "a range of \(count) numbers") }
    return try start.type.numeric(Visit(result: try .checked(start.type, [max(0, Int(count))])))
  }

  private struct Visit: NumericVisitor {
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [count = result.count] invocation in
        let start = invocation.operand(0, as: T.self)[0].compute
        let step = invocation.operand(2, as: T.self)[0].compute
        let y = invocation.result(0, as: T.self)
        for i in 0..<count { y[i] = T(compute: start.adding(step.multiplied(by: T.Compute(wrapping: Int64(i))))) }
      }
    }
  }
}
