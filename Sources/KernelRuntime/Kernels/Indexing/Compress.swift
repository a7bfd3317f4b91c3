/// Takes the slices of operand 0 along an axis, or its elements, for which operand 1, booleans, is true.
public struct CompressKernel: Kernel {
  /// Nil for the flattened operand.
  public var axis: Int?

  public init(axis: Int? = nil) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let condition = try operands.tensor(1)
    try require(condition.spec, is: .bool, "the condition")
    let axis = try axis.map { (axis) throws(KernelError) in try resolveAxis(axis, rank: x.rank) }
    let shape = axis == nil ? [x.count] : x.shape
    let extent = shape[axis ?? 0]
    let kept = (condition.integers ?? []).prefix(extent).enumerated().filter { $0.element != 0 }.map(\.offset)
    var resultShape = shape
    resultShape[axis ?? 0] = kept.count
    return try x.type.move(
      Visit(
        result: TensorSpec(x.type, resultShape), outer: product(shape[..<(axis ?? 0)]), extent: extent,
        inner: product(shape[((axis ?? 0) + 1)...]), kept: kept))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let outer: Int
    let extent: Int
    let inner: Int
    let kept: [Int]
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        let x = invocation.operand(0, as: T.self)
        var y = invocation.result(0, as: T.self)
        for o in 0..<outer {
          for i in kept {
            y.update(from: x + (o * extent + i) * inner, count: inner)
            y += inner
          }
        }
      }
    }
  }
}
