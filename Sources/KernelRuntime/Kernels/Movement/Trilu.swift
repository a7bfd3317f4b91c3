/// Keeps the upper or lower triangle of each matrix of operand 0 and makes the rest zero; operand 1, the diagonal's
/// offset, is optional.
public struct TriluKernel: Kernel {
  public var upper: Bool

  public init(upper: Bool = true) { self.upper = upper }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2 else { throw .invalid("a triangle of shape \(x.shape)") }
    let offset = try operands.has(1) ? operands.integer(1) : 0
    return try x.type.move(Visit(spec: x, upper: upper, offset: offset))
  }

  private struct Visit: ElementVisitor {
    let spec: TensorSpec
    let upper: Bool
    let offset: Int
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let (rows, columns) = (spec.shape[spec.rank - 2], spec.shape[spec.rank - 1])
      let count = product(spec.shape.dropLast())
      let limit = min(max(offset, -rows), columns)
      return Prepared([spec]) { [upper] invocation in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        for row in 0..<count {
          // Element j of row i lies above the diagonal when j - i >= offset, below it when j - i <= offset.
          let diagonal = row % rows + limit
          let kept =
            upper
            ? min(max(diagonal, 0), columns)..<columns : 0..<min(max(diagonal + 1, 0), columns)
          let at = row * columns
          for j in 0..<kept.lowerBound { setZero(y + at + j) }
          (y + at + kept.lowerBound).update(from: x + at + kept.lowerBound, count: kept.count)
          for j in kept.upperBound..<columns { setZero(y + at + j) }
        }
      }
    }
  }
}
