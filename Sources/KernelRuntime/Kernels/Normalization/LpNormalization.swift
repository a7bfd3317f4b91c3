/// Divides operand 0 by its 1-norm or 2-norm along an axis; where that is zero the result is zero.
public struct LpNormalizationKernel: Kernel {
  public var axis: Int
  public var p: Int

  public init(axis: Int = -1, p: Int = 2) {
    self.axis = axis
    self.p = p
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard p == 1 || p == 2 else { throw .invalid("the \(p)-norm") }
    return try x.type.float(
      Visit(p: p, lines: Lines(x.shape, axis: try resolveAxis(axis, rank: x.rank)), spec: x))
  }

  private struct Visit: FloatVisitor {
    let p: Int
    let lines: Lines
    let spec: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [self] invocation in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        for line in 0..<lines.count {
          let start = lines.start(line)
          var sum = 0.0
          for i in 0..<lines.length {
            let value = x[start + i * lines.step].compute.double
            sum += p == 1 ? value.magnitude : value * value
          }
          let norm = p == 1 ? sum : sum.squareRoot()
          for i in 0..<lines.length {
            let at = start + i * lines.step
            y[at] = T(compute: norm == 0 ? 0 : T.Compute(double: x[at].compute.double / norm))
          }
        }
      }
    }
  }
}
