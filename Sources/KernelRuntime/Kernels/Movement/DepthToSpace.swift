/// Which of the two parts of a channel's index counts blocks.
public enum DepthMode: String, Codable, Sendable {
  /// Block row, block column, channel.
  case depthColumnRow = "DCR"
  /// Channel, block row, block column.
  case columnRowDepth = "CRD"
}

/// Moves groups of channels of operand 0 (batch, channels, height, width) into square blocks of pixels.
public struct DepthToSpaceKernel: Kernel {
  public var blockSize: Int
  public var mode: DepthMode

  public init(blockSize: Int, mode: DepthMode = .depthColumnRow) {
    self.blockSize = blockSize
    self.mode = mode
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank == 4, blockSize > 0, blockSize < 1 << 20, x.shape[1] % (blockSize * blockSize) == 0 else {
      throw .invalid("blocks of \(blockSize) from shape \(x.shape)")
    }
    let (n, h, w, b) = (x.shape[0], x.shape[2], x.shape[3], blockSize)
    let c = x.shape[1] / (b * b)
    let result = try TensorSpec.checked(
      x.type, [n, c, try checkedProduct(h, b), try checkedProduct(w, b)])
    let plane = h * w
    let isColumnFirst = mode == .depthColumnRow
    // The result's dimensions: batch, channel, row, block row, column, block column.
    let steps = [
      x.shape[1] * plane, isColumnFirst ? plane : b * b * plane, w, isColumnFirst ? b * c * plane : b * plane, 1,
      isColumnFirst ? c * plane : plane,
    ]
    return try x.type.move(
      StridedCopy(result: result, nest: LoopNest([n, c, h, b, w, b], strides: [steps])))
  }
}
