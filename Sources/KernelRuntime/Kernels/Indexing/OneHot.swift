/// Adds a dimension, as long as operand 1 says, in which the place that operand 0 names holds the second element of
/// operand 2 and all others its first. Indices out of range name no place.
public struct OneHotKernel: Kernel {
  public var axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (indices, values) = (try operands.spec(0), try operands.spec(2))
    guard let depth = try operands.tensor(1).doubles?.first.map({ Int(Int64(double: $0)) }), depth >= 0 else {
      throw .invalid("the depth must be a number")
    }
    try require(values, has: [2], "operand 2")
    let axis = try resolveAxis(axis, rank: indices.rank + 1)
    var shape = indices.shape
    shape.insert(depth, at: axis)
    let result = try TensorSpec.checked(values.type, shape)
    let wide = try CastKernel(to: .int64).prepare(Operands([Operand(spec: indices)]), options: options)
    return try values.type.move(
      Visit(
        result: result, count: indices.count, inner: product(indices.shape[axis...]), depth: depth, wide: wide))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let count: Int
    let inner: Int
    let depth: Int
    let wide: Prepared
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result], scratchBytes: count * 8) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let values = invocation.operand(2, as: T.self)
        let y = invocation.result(0, as: T.self)
        try wide.run(
          [UnsafeMutableRawPointer(mutating: invocation.operand(0, as: UInt8.self))], [invocation.scratch],
          like: invocation)
        let indices = invocation.scratch.assumingMemoryBound(to: Int64.self)
        y.update(repeating: values[0], count: result.count)
        for i in 0..<count {
          let index = Int(indices[i])
          let resolved = index < 0 ? index &+ depth : index
          guard resolved >= 0, resolved < depth else { continue }
          y[(i / inner * depth + resolved) * inner + i % inner] = values[1]
        }
      }
    }
  }
}
