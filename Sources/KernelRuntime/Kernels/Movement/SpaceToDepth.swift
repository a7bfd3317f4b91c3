/// Moves square blocks of pixels of operand 0 (batch, channels, height, width) into groups of channels.
public struct SpaceToDepthKernel: Kernel {
  public var blockSize: Int
  public var mode: DepthMode

  public init(blockSize: Int, mode: DepthMode = .depthColumnRow) {
    self.blockSize = blockSize
    self.mode = mode
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank == 4, blockSize > 0, blockSize < 1 << 20, x.shape[2] % blockSize == 0, x.shape[3] % blockSize == 0
    else { throw .invalid("blocks of \(blockSize) from shape \(x.shape)") }
    let (n, c, b) = (x.shape[0], x.shape[1], blockSize)
    let (h, w) = (x.shape[2] / b, x.shape[3] / b)
    let width = x.shape[3]
    let plane = x.shape[2] * width
    let result = try TensorSpec.checked(x.type, [n, try checkedProduct(c, b * b), h, w])
    let nest =
      mode == .depthColumnRow
      ? LoopNest([n, b, b, c, h, w], strides: [[c * plane, width, 1, plane, b * width, b]])
      : LoopNest([n, c, b, b, h, w], strides: [[c * plane, plane, width, 1, b * width, b]])
    return try x.type.move(StridedCopy(result: result, nest: nest))
  }
}
