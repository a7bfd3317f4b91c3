/// Takes from operand 0, for each element of operand 1, the element at the same place but for the axis, where the
/// index replaces the coordinate.
public struct GatherElementsKernel: Kernel {
  public var axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices) = (try operands.spec(0), try operands.spec(1))
    let axis = try resolveAxis(axis, rank: x.rank)
    let reader = try IndexReader(indices, "the indices")
    guard indices.rank == x.rank else { throw .invalid("indices of shape \(indices.shape) for \(x.shape)") }
    for d in 0..<x.rank where d != axis && indices.shape[d] > x.shape[d] {
      throw .invalid("indices of shape \(indices.shape) for \(x.shape)")
    }
    var strides = denseStrides(x.shape)
    let axisStride = strides[axis]
    strides[axis] = 0
    return try x.type.move(
      Visit(
        result: try .checked(x.type, indices.shape), nest: LoopNest(indices.shape, strides: [strides]),
        axisStride: axisStride, extent: x.shape[axis], reader: reader))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let nest: LoopNest
    let axisStride: Int
    let extent: Int
    let reader: IndexReader
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        let indices = invocation.operand(1, as: UInt8.self)
        let step = nest.step[0]
        var bad: Int?
        nest.forEachRun(0..<nest.count) { start, count, offset in
          for i in 0..<count {
            guard let index = reader.resolve(indices, start + i, extent) else {
              bad = start + i
              continue
            }
            y[start + i] = x[offset[0] + i * step + index * axisStride]
          }
        }
        if let bad { throw reader.outOfRange(indices, bad, extent) }
      }
    }
  }
}
