/// Repeats operand 0 so that it has the shape that it and operand 1, a list of extents, broadcast to.
public struct ExpandKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let target = try operands.integers(1)
    guard target.allSatisfy({ $0 >= 0 }) else { throw .invalid("negative extent in \(target)") }
    let shape = try broadcastShape([x.shape, target])
    if shape == x.shape { return Prepared(aliasing: 0, as: x) }
    let result = try TensorSpec.checked(x.type, shape)
    return try x.type.move(
      StridedCopy(result: result, nest: LoopNest(shape, strides: [broadcastStrides(x.shape, to: shape)])))
  }
}

/// Code that fills a dense result from an operand read with strides: what Expand, Transpose and Slice share.
struct StridedCopy: ElementVisitor {
  let result: TensorSpec
  let nest: LoopNest
  /// The element of the operand that the result's first one is, where strides may be negative.
  var base = 0

  func visit<T: Element>(_ type: T.Type) -> Prepared {
    Prepared([result]) { [nest, base] invocation in
      nonisolated(unsafe) let source = invocation.operand(0, as: T.self) + base
      nonisolated(unsafe) let destination = invocation.result(0, as: T.self)
      let step = nest.step[0]
      invocation.threads.forRanges(nest.count, grain: cheapGrain) { range in
        nest.forEachRun(range) { start, count, offset in
          let from = source + offset[0]
          let to = destination + start
          switch step {
          case 1: to.update(from: from, count: count)
          case 0: to.update(repeating: from[0], count: count)
          default: for i in 0..<count { to[i] = from[i &* step] }
          }
        }
      }
    }
  }
}
