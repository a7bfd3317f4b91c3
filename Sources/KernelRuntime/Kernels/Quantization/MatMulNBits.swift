/// The product of operand 0 (..., depth) with a matrix whose elements take 2, 4 or 8 bits each.
///
/// Operand 1 (columns, blocks, bytes of a block) holds the matrix column by column, the element with the lowest index in
/// a byte's lowest bits. Operand 2 has a scale for each block. Operand 3, optional, has the blocks' zero points: packed
/// as the elements are, each column's starting at a byte, or as floats; without it they are half the range. Operand 5,
/// optional, is added to each row.
public struct MatMulNBitsKernel: Kernel {
  public var depth: Int
  public var columns: Int
  public var bits: Int
  public var blockSize: Int

  public init(depth: Int, columns: Int, bits: Int = 4, blockSize: Int) {
    self.depth = depth
    self.columns = columns
    self.bits = bits
    self.blockSize = blockSize
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (a, b, scales) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    guard bits == 2 || bits == 4 || bits == 8, blockSize >= 16, blockSize.nonzeroBitCount == 1, depth >= 0,
      columns >= 0
    else { throw .unsupported("a matrix of \(bits) bits an element in blocks of \(blockSize)") }
    guard a.shape.last == depth else { throw .invalid("operand 0 must be \(depth) wide, not of shape \(a.shape)") }
    // Written so that no depth that a file claims overflows.
    let blocks = depth / blockSize + (depth % blockSize == 0 ? 0 : 1)
    let blockBytes = blockSize / (8 / bits)
    try require(b, is: .uint8, "operand 1")
    guard b.count == (try checkedProduct(columns, checkedProduct(blocks, blockBytes))) else {
      throw .invalid("operand 1 must have shape \([columns, blocks, blockBytes]), not \(b.shape)")
    }
    try require(scales, is: a.type, "the scales")
    let blockCount = try checkedProduct(columns, blocks)
    guard scales.count == blockCount else { throw .invalid("\(scales.count) scales for \(blockCount) blocks") }
    let zeroBytes = blocks / (8 / bits) + (blocks % (8 / bits) == 0 ? 0 : 1)
    if let zeros = try operands.optionalSpec(3) {
      let expected = zeros.type == .uint8 ? columns * zeroBytes : blockCount
      guard zeros.type == .uint8 || zeros.type == a.type, zeros.count == expected else {
        throw .invalid("zero points \(zeros) for \(blockCount) blocks")
      }
    }
    if let bias = try operands.optionalSpec(5) {
      try require(bias, is: a.type, "the bias")
      try require(bias, has: [columns], "the bias")
    }
    let result = try TensorSpec.checked(a.type, a.shape.dropLast() + [columns])
    return try a.type.float(
      Visit(
        kernel: self, rows: product(a.shape.dropLast()), blocks: blocks, zeroBytes: zeroBytes,
        zeroType: try operands.optionalSpec(3)?.type, hasBias: operands.has(5), result: result))
  }

  private struct Visit: FloatVisitor {
    let kernel: MatMulNBitsKernel
    let rows: Int
    let blocks: Int
    let zeroBytes: Int
    let zeroType: ElementType?
    let hasBias: Bool
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let a = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let b = invocation.operand(1, as: UInt8.self)
        nonisolated(unsafe) let scales = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let packedZeros = zeroType == .uint8 ? invocation.operand(3, as: UInt8.self) : nil
        nonisolated(unsafe) let zeros =
          zeroType != nil && zeroType != .uint8 ? invocation.operand(3, as: T.self) : nil
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(5, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (depth, columns, bits) = (kernel.depth, kernel.columns, kernel.bits)
        let perByte = 8 / bits
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        func element(_ bytes: UnsafePointer<UInt8>, _ i: Int) -> Float {
          Float(bytes[i / perByte] >> UInt8(i % perByte * bits) & mask)
        }
        invocation.threads.forRanges(columns, grain: max(1, cheapGrain / max(1, depth * (rows + 2)))) { range in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: depth) { memory in
            guard let column = memory.baseAddress else { return }
            for n in range {
              for block in 0..<blocks {
                let at = n * blocks + block
                let scale = Float(scales[at].compute)
                let zero =
                  zeros.map { Float($0[at].compute) } ?? packedZeros.map { element($0 + n * zeroBytes, block) }
                  ?? Float(1 << (bits - 1))
                let from = b + at * (kernel.blockSize / perByte)
                let start = block * kernel.blockSize
                for i in 0..<min(kernel.blockSize, depth - start) {
                  column[start + i] = (element(from, i) - zero) * scale
                }
              }
              for row in 0..<rows {
                let x = a + row * depth
                // Eight sums at once, for one would wait for each addition.
                var sums = SIMD8<Float>()
                var i = 0
                while i + 8 <= depth {
                  for lane in 0..<8 { sums[lane] += Float(x[i + lane].compute) * column[i + lane] }
                  i += 8
                }
                var sum = sums.sum() + (bias.map { Float($0[n].compute) } ?? 0)
                while i < depth {
                  sum += Float(x[i].compute) * column[i]
                  i += 1
                }
                y[row * columns + n] = T(compute: T.Compute(sum))
              }
            }
          }
        }
      }
    }
  }
}
