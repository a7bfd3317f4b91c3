/// Puts the values of operand 0 at the places that operand 1, indices from a maximum pooling, names, and zeros
/// elsewhere; operand 2, the result's shape, is optional.
public struct MaxUnpoolKernel: Kernel {
  public var kernelShape: [Int]
  public var strides: [Int]
  public var pads: [Int]

  public init(kernelShape: [Int], strides: [Int] = [], pads: [Int] = []) {
    self.kernelShape = kernelShape
    self.strides = strides
    self.pads = pads
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices) = (try operands.spec(0), try operands.spec(1))
    try require(indices, is: .int64, "the indices")
    try require(indices, has: x.shape, "the indices")
    let inferred = try inferredShape(x.shape)
    let shape = try operands.optionalIntegers(2) ?? inferred
    guard shape.count == x.rank, shape.allSatisfy({ $0 >= 0 }) else {
      throw .invalid("a result of shape \(shape) for an operand of shape \(x.shape)")
    }
    // Indices count in the inferred shape; a larger result is that one with a margin at each end.
    guard zip(shape, inferred).allSatisfy({ $0 >= $1 }) else {
      throw .invalid("a result of shape \(shape) is smaller than \(inferred)")
    }
    let result = try TensorSpec.checked(x.type, shape)
    _ = try TensorSpec.checked(x.type, inferred)
    return try x.type.move(Visit(count: x.count, inferred: inferred, result: result))
  }

  /// The shape of the result of an operand of shape `x` (batch, channels, spatial...).
  func inferredShape(_ x: [Int]) throws(KernelError) -> [Int] {
    let rank = x.count - 2
    let strides = strides.isEmpty ? [Int](repeating: 1, count: max(0, rank)) : strides
    let pads = pads.isEmpty ? [Int](repeating: 0, count: 2 * max(0, rank)) : pads
    guard rank >= 1, kernelShape.count == rank, strides.count == rank, pads.count == 2 * rank else {
      throw .invalid("kernel \(kernelShape), strides \(strides) or pads \(pads) do not fit shape \(x)")
    }
    var shape = Array(x.prefix(2))
    for d in 0..<rank {
      var extent = try checkedProduct(max(0, x[d + 2] - 1), strides[d])
      extent = try checkedSum(extent, kernelShape[d])
      extent = try checkedSum(extent, try checkedProduct(-1, pads[d]))
      extent = try checkedSum(extent, try checkedProduct(-1, pads[rank + d]))
      guard extent >= 0 else { throw .invalid("negative extent \(extent)") }
      shape.append(extent)
    }
    return shape
  }

  private struct Visit: ElementVisitor {
    let count: Int
    let inferred: [Int]
    let result: TensorSpec
    func visit<T: Element>(_ type: T.Type) throws(KernelError) -> Prepared {
      let resultCount = result.count
      let inferredCount = product(inferred)
      let isSame = inferred == result.shape
      let strides = denseStrides(result.shape)
      return Prepared([result]) { [inferred, count] (invocation: borrowing Invocation) throws(KernelError) in
        let x = invocation.operand(0, as: T.self)
        let indices = invocation.operand(1, as: Int64.self)
        let y = invocation.result(0, as: T.self)
        guard T.self != String.self else { throw .unsupported("unpooling strings") }
        UnsafeMutableRawPointer(y).initializeMemory(
          as: UInt8.self, repeating: 0, count: resultCount * MemoryLayout<T>.size)
        for i in 0..<count {
          let index = Int(indices[i])
          guard index >= 0, index < inferredCount else { throw .invalid("index \(index) is out of range") }
          if isSame {
            y[index] = x[i]
          } else {
            var (rest, at) = (index, 0)
            for d in stride(from: inferred.count - 1, through: 0, by: -1) {
              let (quotient, position) = rest.quotientAndRemainder(dividingBy: inferred[d])
              at += position * strides[d]
              rest = quotient
            }
            y[at] = x[i]
          }
        }
      }
    }
  }
}
