/// Writes the slices of operand 2 into a copy of operand 0, at the places that the index tuples along the last
/// dimension of operand 1 name.
public struct ScatterNDKernel: Kernel {
  public var reduction: ScatterReduction

  public init(reduction: ScatterReduction = .none) { self.reduction = reduction }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices, updates) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    try require(indices, is: .int64, "the indices")
    try require(updates, is: x.type, "the updates")
    let plan = try IndexTuples(x.shape, indices.shape)
    try require(updates, has: indices.shape.dropLast() + x.shape[plan.length...], "the updates")
    return try reduction == .none
      ? x.type.move(Assign(result: x, plan: plan))
      : x.type.numeric(Combine(result: x, plan: plan, reduction: reduction))
  }

  private struct Assign: ElementVisitor {
    let result: TensorSpec
    let plan: IndexTuples
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result], inPlaceOperand: 0) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let (x, y) = (invocation.operand(0, as: T.self), invocation.result(0, as: T.self))
        if UnsafePointer(y) != x { y.update(from: x, count: result.count) }
        let updates = invocation.operand(2, as: T.self)
        for (i, offset) in try plan.offsets(invocation.operand(1)).enumerated() {
          (y + offset).update(from: updates + i * plan.inner, count: plan.inner)
        }
      }
    }
  }

  private struct Combine: NumericVisitor {
    let result: TensorSpec
    let plan: IndexTuples
    let reduction: ScatterReduction
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result], inPlaceOperand: 0) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let (x, y) = (invocation.operand(0, as: T.self), invocation.result(0, as: T.self))
        if UnsafePointer(y) != x { y.update(from: x, count: result.count) }
        let updates = invocation.operand(2, as: T.self)
        for (i, offset) in try plan.offsets(invocation.operand(1)).enumerated() {
          for j in 0..<plan.inner {
            y[offset + j] = T(
              compute: reduction.combine(y[offset + j].compute, updates[i * plan.inner + j].compute))
          }
        }
      }
    }
  }
}
