import CKernels

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
    // Without elements nothing bounds the depth that a file claims.
    if result.count == 0 { return Prepared([result]) { _ in } }
    return try a.type.float(
      Visit(
        kernel: self, rows: product(a.shape.dropLast()), blocks: blocks, zeroBytes: zeroBytes,
        zeroType: try operands.optionalSpec(3)?.type, hasBias: operands.has(5), result: result,
        threads: operands.threads))
  }

  private struct Visit: FloatVisitor {
    let kernel: MatMulNBitsKernel
    let rows: Int
    let blocks: Int
    let zeroBytes: Int
    let zeroType: ElementType?
    let hasBias: Bool
    let result: TensorSpec
    let threads: ThreadPool?

    /// Brings one column into floats.
    private func unpack<T: FloatElement>(
      _ n: Int, _ b: UnsafePointer<UInt8>, _ scales: UnsafePointer<T>, _ packedZeros: UnsafePointer<UInt8>?,
      _ zeros: UnsafePointer<T>?, _ to: UnsafeMutablePointer<Float>
    ) {
      let (depth, bits, blockSize) = (kernel.depth, kernel.bits, kernel.blockSize)
      let perByte = 8 / bits
      for block in 0..<blocks {
        let at = n * blocks + block
        var zero = Float(1 << (bits - 1))
        if let zeros {
          zero = Float(zeros[at].compute)
        } else if let packedZeros {
          let byte = packedZeros[n * zeroBytes + block / perByte]
          zero = Float(byte >> UInt8(block % perByte * bits) & UInt8(truncatingIfNeeded: (1 << bits) - 1))
        }
        let start = block * blockSize
        onramp_unpack_bits(
          to + start, b + at * (blockSize / perByte), Int32(bits), zero, Float(scales[at].compute),
          min(blockSize, depth - start))
      }
    }

    /// How many rows a product has at least that is worth bringing columns into panels for.
    private static var leastRows: Int { 8 }

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      let (depth, columns) = (kernel.depth, kernel.columns)
      let isProduct = T.self == Float.self && rows >= Self.leastRows
      // Few columns at a time, which stay in the cache on their way.
      let width = isProduct ? FloatProduct.tileColumns : 1
      let lanes = isProduct ? (threads?.threadCount ?? 1) : 0
      let product = FloatProduct(m: rows, n: width, k: depth)
      let columnBytes = alignedSize(width * depth * 4)
      let laneBytes = columnBytes + alignedSize(product.packedCount * 4)
      return Prepared([result], scratchBytes: lanes * laneBytes) { [self, product] invocation in
        nonisolated(unsafe) let a = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let b = invocation.operand(1, as: UInt8.self)
        nonisolated(unsafe) let scales = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let packedZeros = zeroType == .uint8 ? invocation.operand(3, as: UInt8.self) : nil
        nonisolated(unsafe) let zeros =
          zeroType != nil && zeroType != .uint8 ? invocation.operand(3, as: T.self) : nil
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(5, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        guard isProduct else {
          return invocation.threads.forRanges(columns, grain: max(1, cheapGrain / max(1, depth * (rows + 2)))) {
            range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * depth) { memory in
              guard let column = memory.baseAddress else { return }
              let row = column + depth
              for n in range {
                unpack(n, b, scales, packedZeros, zeros, column)
                for i in 0..<rows {
                  var x = UnsafePointer(row)
                  if T.self == Float.self {
                    x = UnsafeRawPointer(a + i * depth).assumingMemoryBound(to: Float.self)
                  } else {
                    for p in 0..<depth { row[p] = Float(a[i * depth + p].compute) }
                  }
                  let sum = onramp_dot(x, column, depth) + (bias.map { Float($0[n].compute) } ?? 0)
                  y[i * columns + n] = T(compute: T.Compute(sum))
                }
              }
            }
          }
        }
        nonisolated(unsafe) let floats = UnsafeRawPointer(a).assumingMemoryBound(to: Float.self)
        nonisolated(unsafe) let to = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Float.self)
        nonisolated(unsafe) let scratch = invocation.scratch
        nonisolated(unsafe) let columnBias = bias.map { UnsafeRawPointer($0).assumingMemoryBound(to: Float.self) }
        let tasks = (columns + width - 1) / width
        let shares = min(lanes, tasks)
        let threads = invocation.threads
        threads.forEach(shares) { lane in
          let room = (scratch + lane * laneBytes).assumingMemoryBound(to: Float.self)
          let panel = (scratch + lane * laneBytes + columnBytes).assumingMemoryBound(to: Float.self)
          for task in tasks * lane / shares..<tasks * (lane + 1) / shares {
            let first = task * width
            var product = product
            product.n = min(width, columns - first)
            for j in 0..<product.n { unpack(first + j, b, scales, packedZeros, zeros, room + j * depth) }
            product.pack(count: 1, from: room, at: { _ in 0 }, stride: depth, kStride: 1, to: panel, threads: nil)
            product.run(
              a: .dense(floats, stride: depth), b: panel, c: to + first, ldc: columns,
              columnBias: columnBias.map { $0 + first }, threads: threads)
          }
        }
      }
    }
  }
}
