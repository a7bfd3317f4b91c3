/// Takes each element from operand 1 where operand 0 (booleans) is true, else from operand 2; all three broadcast.
public struct WhereKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let specs = [try operands.spec(0), try operands.spec(1), try operands.spec(2)]
    try require(specs[0], is: .bool, "the condition")
    try require(specs[2], is: specs[1].type, "operand 2")
    let shape = try broadcastShape(specs.map(\.shape))
    let nest = LoopNest(shape, strides: specs.map { broadcastStrides($0.shape, to: shape) })
    return try specs[1].type.move(Visit(result: try .checked(specs[1].type, shape), nest: nest))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [nest] invocation in
        nonisolated(unsafe) let condition = invocation.operand(0, as: UInt8.self)
        nonisolated(unsafe) let x = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let y = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let z = invocation.result(0, as: T.self)
        let step = nest.step
        invocation.threads.forRanges(nest.count, grain: cheapGrain) { range in
          nest.forEachRun(range) { start, count, at in
            for i in 0..<count {
              z[start &+ i] =
                condition[at[0] &+ i &* step[0]] != 0 ? x[at[1] &+ i &* step[1]] : y[at[2] &+ i &* step[2]]
            }
          }
        }
      }
    }
  }
}
