/// The running sum or product along each line of an axis, in either direction; what CumSum and CumProd share.
struct CumulativeVisit: NumericVisitor {
  let isProduct: Bool
  let exclusive: Bool
  let reverse: Bool
  let lines: Lines
  let spec: TensorSpec

  func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
    Prepared([spec]) { [self] invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
      nonisolated(unsafe) let y = invocation.result(0, as: T.self)
      invocation.threads.forRanges(lines.count, grain: max(1, cheapGrain / max(1, lines.length))) { range in
        for line in range {
          let start = lines.start(line)
          var total = isProduct ? T.Compute.one : T.Compute.zero
          for i in 0..<lines.length {
            let at = start + (reverse ? lines.length - 1 - i : i) * lines.step
            let next = isProduct ? total.multiplied(by: x[at].compute) : total.adding(x[at].compute)
            y[at] = T(compute: exclusive ? total : next)
            total = next
          }
        }
      }
    }
  }
}
