/// Writes each element of operand 2 into a copy of operand 0, at its own place but for the axis, where operand 1's
/// index replaces the coordinate.
public struct ScatterElementsKernel: Kernel {
  public var axis: Int
  public var reduction: ScatterReduction

  public init(axis: Int = 0, reduction: ScatterReduction = .none) {
    self.axis = axis
    self.reduction = reduction
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices, updates) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    let axis = try resolveAxis(axis, rank: x.rank)
    let reader = try IndexReader(indices, "the indices")
    try require(updates, is: x.type, "the updates")
    try require(updates, has: indices.shape, "the updates")
    guard indices.rank == x.rank else { throw .invalid("indices of shape \(indices.shape) for \(x.shape)") }
    for d in 0..<x.rank where d != axis && indices.shape[d] > x.shape[d] {
      throw .invalid("indices of shape \(indices.shape) for \(x.shape)")
    }
    var strides = denseStrides(x.shape)
    let plan = Plan(
      result: x, axisStride: strides[axis], extent: x.shape[axis], reader: reader,
      nest: {
        strides[axis] = 0
        return LoopNest(indices.shape, strides: [strides])
      }(), reduction: reduction)
    return try reduction == .none
      ? x.type.move(Assign(plan: plan)) : x.type.numeric(Combine(plan: plan))
  }

  private struct Plan: Sendable {
    let result: TensorSpec
    let axisStride: Int
    let extent: Int
    let reader: IndexReader
    let nest: LoopNest
    let reduction: ScatterReduction

    @inline(__always)
    func run<T>(
      _ invocation: borrowing Invocation, _ type: T.Type,
      _ assign: (UnsafeMutablePointer<T>, UnsafePointer<T>) -> Void
    ) throws(KernelError) {
      let y = invocation.result(0, as: T.self)
      let x = invocation.operand(0, as: T.self)
      if UnsafePointer(y) != x { y.update(from: x, count: result.count) }
      let indices = invocation.operand(1, as: UInt8.self)
      let updates = invocation.operand(2, as: T.self)
      let step = nest.step[0]
      var bad: Int?
      nest.forEachRun(0..<nest.count) { start, count, offset in
        for i in 0..<count {
          guard let index = reader.resolve(indices, start + i, extent) else {
            bad = start + i
            continue
          }
          assign(y + offset[0] + i * step + index * axisStride, updates + start + i)
        }
      }
      if let bad { throw reader.outOfRange(indices, bad, extent) }
    }
  }

  private struct Assign: ElementVisitor {
    let plan: Plan
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([plan.result], inPlaceOperand: 0) { [plan] (invocation: borrowing Invocation) throws(KernelError) in
        try plan.run(invocation, T.self) { $0.pointee = $1.pointee }
      }
    }
  }

  private struct Combine: NumericVisitor {
    let plan: Plan
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([plan.result], inPlaceOperand: 0) { [plan] (invocation: borrowing Invocation) throws(KernelError) in
        try plan.run(invocation, T.self) {
          $0.pointee = T(compute: plan.reduction.combine($0.pointee.compute, $1.pointee.compute))
        }
      }
    }
  }
}
