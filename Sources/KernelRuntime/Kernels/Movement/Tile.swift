/// Repeats operand 0 along each dimension as often as operand 1 says.
public struct TileKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let repeats = try operands.integers(1)
    guard repeats.count == x.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw .invalid("repeats \(repeats) of shape \(x.shape)")
    }
    var (shape, split, steps) = ([Int](), [Int](), [Int]())
    let strides = denseStrides(x.shape)
    for d in 0..<x.rank {
      shape.append(try checkedProduct(x.shape[d], repeats[d]))
      split += [repeats[d], x.shape[d]]
      steps += [0, strides[d]]
    }
    let result = try TensorSpec.checked(x.type, shape)
    return try x.type.move(StridedCopy(result: result, nest: LoopNest(split, strides: [steps])))
  }
}
