/// Subtracts from operand 0 its mean along some axes and divides by its standard deviation.
public struct MeanVarianceNormalizationKernel: Kernel {
  public var axes: [Int]

  public init(axes: [Int] = [0, 2, 3]) { self.axes = axes }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    return try x.type.float(
      Visit(plan: ReductionPlan(x.shape, axes: try resolveAxes(axes, rank: x.rank), keepDims: true), spec: x))
  }

  private struct Visit: FloatVisitor {
    let plan: ReductionPlan
    let spec: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec]) { [plan] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let grain = max(1, cheapGrain / 4 / max(1, plan.reducedCount))
        invocation.threads.forRanges(plan.resultCount, grain: grain) { range in
          plan.kept.forEachRun(range) { _, count, at in
            for i in 0..<count {
              let base = at[0] + i * plan.kept.step[0]
              var statistics = Statistics()
              statistics.count = plan.reducedCount
              plan.forEachReduced { statistics.sum += x[base + $0].compute.double }
              let mean = statistics.mean
              plan.forEachReduced {
                let difference = x[base + $0].compute.double - mean
                statistics.squares += difference * difference
              }
              // The standard guards against division by zero so.
              let deviation = statistics.variance.squareRoot() + 1e-9
              plan.forEachReduced {
                y[base + $0] = T(compute: T.Compute(double: (x[base + $0].compute.double - mean) / deviation))
              }
            }
          }
        }
      }
    }
  }
}
