import CKernels

/// The product of float matrices that dense layers, convolutions and attention are made of.
///
/// Rows of A are read where they lie. B is packed into panels of as many columns as the microkernel's tile has, each
/// holding all of k.
struct FloatProduct: Sendable {
  var m: Int
  var n: Int
  /// The elements of a row of A that are neighbours.
  var k: Int
  /// How many such pieces a row of A has; more than one only in the windows of a convolution.
  var taps = 1
  /// How many products of this size there are.
  var batches = 1
  /// Where C's rows lie in lines: how many a line has, and how far apart lines begin.
  var lines: (rows: Int, pitch: Int)?
  var low = -Float.infinity
  var high = Float.infinity
  /// Applied to the limited results.
  var activation: VectorFunction?

  init(m: Int, n: Int, k: Int) {
    self.m = m
    self.n = n
    self.k = k
  }

  private static let shape = onramp_sgemm_shape()
  static let tileRows = Int(shape.rows)
  static let tileColumns = Int(shape.columns)
  private static let halfColumns = Int(shape.half)
  /// The most rows of A in one task.
  static let chunkRows = max(1, 224 / tileRows) * tileRows
  /// The most columns of B in one task.
  private static let chunkColumns = 8 * tileColumns
  /// How large B may be, in floats, for each thread to read all of it: so that it stays in the second-level cache.
  private static let sharedPanels = 1 << 18

  private static func roundedUp(_ n: Int, to unit: Int) -> Int { (n &+ unit &- 1) / unit &* unit }

  /// The rows of B.
  private var depth: Int { k &* taps }
  /// The number of floats that one packed B takes.
  var packedCount: Int { Self.roundedUp(n, to: Self.tileColumns) &* depth }

  /// How wide the panel of that many columns, at most a tile's, is packed.
  static func panelWidth(_ columns: Int) -> Int { columns <= halfColumns ? halfColumns : tileColumns }

  /// A name for what `pack` makes of a constant, and for all that it depends on besides the constant itself.
  func form(stride: Int, kStride: Int, count: Int = 1, scale: Float = 1) -> String {
    "\(count) × \(n) × \(depth) by \(stride), \(kStride) in panels of \(Self.tileColumns)"
      + (scale == 1 ? "" : " times \(scale)")
  }

  /// Packs `count` matrices B; `at` tells where each starts.
  ///
  /// - Parameters:
  ///   - stride: the distance of neighbours in a row.
  ///   - kStride: the distance of neighbours in a column.
  func pack(
    count: Int, from: UnsafePointer<Float>, at: (Int) -> Int, stride: Int, kStride: Int,
    scale: Float = 1, to: UnsafeMutablePointer<Float>, threads: ThreadPool?
  ) {
    let (extent, depth, panel) = (n, depth, Self.tileColumns)
    let panels = (extent + panel - 1) / panel
    let size = panels * panel * depth
    nonisolated(unsafe) let from = from
    nonisolated(unsafe) let to = to
    func pack(_ range: Range<Int>) {
      for i in range {
        let (matrix, p) = i.quotientAndRemainder(dividingBy: panels)
        let columns = min(panel, extent - p * panel)
        onramp_sgemm_pack(
          to + matrix * size + p * panel * depth, Self.panelWidth(columns),
          from + at(matrix) + p * panel * stride, columns, depth, stride, kStride, scale)
      }
    }
    guard let threads else { return pack(0..<count * panels) }
    threads.forRanges(count * panels, grain: max(1, cheapGrain / max(1, panel * depth)), pack)
  }

  /// Where the rows of A are.
  enum Rows {
    /// Neighbours `stride` apart.
    case dense(UnsafePointer<Float>, stride: Int)
    /// The windows of an image, which `zeros`, as many as a piece has elements, continue.
    case windows(onramp_conv_windows, image: UnsafePointer<Float>, zeros: UnsafePointer<Float>)
  }

  /// Computes C = A · B + biases + addend for all batches, then applies the limits and the activation.
  ///
  /// - Parameters:
  ///   - a: the first batch's; `aAt` tells how far from it each batch's is.
  ///   - b: packed; `bAt` tells where each batch's starts.
  ///   - c: where the first batch's result begins, `ldc` between rows of a line, `cStride` between batches.
  ///   - rowBias, columnBias: a number for each row or for each column, at most one of the two.
  ///   - add: a matrix to add, laid out as C; C itself to accumulate.
  func run(
    a: Rows, aAt: @Sendable (Int) -> Int = { _ in 0 }, b: UnsafePointer<Float>,
    bAt: @Sendable (Int) -> Int = { _ in 0 }, c: UnsafeMutablePointer<Float>, ldc: Int, cStride: Int = 0,
    rowBias: UnsafePointer<Float>? = nil, columnBias: UnsafePointer<Float>? = nil, add: UnsafePointer<Float>? = nil,
    threads: ThreadPool
  ) {
    guard m > 0, n > 0, batches > 0 else { return }
    let (rows, columns) = chunk(threads.threadCount)
    let (rowChunks, columnChunks) = ((m + rows - 1) / rows, (n + columns - 1) / columns)
    threads.forEach(batches * rowChunks * columnChunks) { task in
      let (rest, columnChunk) = task.quotientAndRemainder(dividingBy: columnChunks)
      let (batch, rowChunk) = rest.quotientAndRemainder(dividingBy: rowChunks)
      let (i, j) = (rowChunk * rows, columnChunk * columns)
      let (line, column) = lines.map { i.quotientAndRemainder(dividingBy: $0.rows) } ?? (0, i)
      var block = block(
        min(rows, m - i), min(columns, n - j), b: b + bAt(batch) + j * depth,
        c: c + batch * cStride + line * (lines?.pitch ?? 0) + column * ldc + j, ldc: ldc)
      if let lines { (block.line, block.column, block.line_pitch) = (lines.rows, column, lines.pitch) }
      block.row_bias = rowBias.map { $0 + i }
      block.column_bias = columnBias.map { $0 + j }
      block.add = add.map { $0 + (block.c - c) }
      block.ld_add = ldc
      multiply(&block, a, at: aAt(batch), row: i)
      if let activation {
        // The block is still in the cache.
        for row in 0..<block.m { activation.apply(block.c + onramp_sgemm_row(&block, row, ldc), block.n) }
      }
    }
  }

  /// Computes the first rows of C = A · B + bias on this thread alone, with the limits and the activation; rows of C are
  /// dense.
  func multiply(
    rows: Int, _ a: Rows, _ b: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?
  ) {
    var block = block(rows, n, b: b, c: c, ldc: n)
    block.column_bias = bias
    multiply(&block, a, at: 0, row: 0)
    activation?.apply(c, rows * n)
  }

  /// Computes a part of C.
  ///
  /// - Parameters:
  ///   - offset: where the batch's rows of A begin.
  ///   - row: the first row.
  private func multiply(_ block: inout onramp_sgemm_block, _ a: Rows, at offset: Int, row: Int) {
    switch a {
    case .dense(let a, let stride):
      block.a = a + offset + row * stride
      block.lda = stride
      onramp_sgemm(&block)
    case .windows(var windows, let image, let zeros):
      onramp_conv(&block, &windows, image + offset, zeros, row)
    }
  }

  /// A part of C, which lacks its rows of A and what is added.
  private func block(
    _ rows: Int, _ columns: Int, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>, ldc: Int
  ) -> onramp_sgemm_block {
    var block = onramp_sgemm_block()
    (block.m, block.n, block.k, block.taps) = (rows, columns, k, taps)
    (block.b, block.b_stride) = (b, Self.tileColumns * depth)
    (block.c, block.ldc) = (c, ldc)
    (block.low, block.high) = (low, high)
    return block
  }

  /// The rows and columns of C in one task.
  private func chunk(_ threadCount: Int) -> (rows: Int, columns: Int) {
    // Equal chunks of whole tiles.
    func share(_ extent: Int, _ most: Int, _ unit: Int) -> Int {
      let parts = (extent + most - 1) / most
      return Self.roundedUp((extent + parts - 1) / parts, to: unit)
    }
    var rows = share(m, Self.chunkRows, Self.tileRows)
    var columns = share(n, Self.chunkColumns, Self.tileColumns)
    if threadCount > 1, batches == 1, m >= 2 * threadCount * Self.tileRows, n * depth <= Self.sharedPanels {
      // Each thread has rows of its own, which the next kernel finds in its cache.
      let leastParts = max((m + Self.chunkRows - 1) / Self.chunkRows, threadCount)
      let mostParts = max(m / (2 * Self.tileRows), threadCount)
      let worth = max(m * n * depth >> 19, threadCount)
      let parts = min(max(leastParts, 4 * threadCount), mostParts, max(worth, leastParts))
      let even = (parts + threadCount - 1) / threadCount * threadCount
      return ((m + even - 1) / even, columns)
    }
    func tasks() -> Int { batches * ((m + rows - 1) / rows) * ((n + columns - 1) / columns) }
    // Enough tasks to keep the threads even, as long as each is worth the trouble of starting it.
    while threadCount > 1, tasks() < 4 * threadCount || tasks() % threadCount != 0 && tasks() < 8 * threadCount,
      rows * columns * max(depth, 1) > 1 << 19
    {
      // What is larger, the rows' elements or the panels, is divided, so that less is read twice.
      if columns > Self.tileColumns, columns >= rows || rows <= Self.tileRows {
        columns = Self.roundedUp(columns / 2, to: Self.tileColumns)
      } else if rows > Self.tileRows {
        rows = Self.roundedUp(rows / 2, to: Self.tileRows)
      } else {
        break
      }
    }
    return (rows, columns)
  }
}

/// What images are continued with beyond their edges.
struct Zeros: Sendable {
  private let buffer: Buffer

  init(count: Int) throws(KernelError) {
    buffer = try Buffer(byteCount: count * MemoryLayout<Float>.size)
    buffer.address.initializeMemory(as: Float.self, repeating: 0, count: count)
  }

  var address: UnsafePointer<Float> { UnsafePointer(buffer.address.assumingMemoryBound(to: Float.self)) }
}

/// A function that C applies to single-precision elements with vectors.
struct VectorFunction: @unchecked Sendable {
  private let function: onramp_function
  private let alpha: Float
  private let beta: Float

  /// - Returns: nil where C does not have the function.
  init?(_ kernel: UnaryKernel) {
    guard let function = kernel.function.vectorized else { return nil }
    self.function = function
    alpha = Float(kernel.parameters.first ?? 0)
    beta = Float(kernel.parameters.dropFirst().first ?? 0)
  }

  func apply(_ x: UnsafeMutablePointer<Float>, _ n: Int) { onramp_map(function, alpha, beta, x, x, n) }

  /// The function of an activation that a fused kernel has, which must be one that C has.
  static func fused(_ activation: UnaryKernel?) throws(KernelError) -> VectorFunction? {
    guard let activation else { return nil }
    guard let function = VectorFunction(activation) else {
      throw .unsupported("\(activation.function.rawValue) as part of another kernel")
    }
    return function
  }
}

/// A matrix product on any type, each row of the result by itself; what the fast product is compared with.
///
/// - Parameters:
///   - a: the row, elements `aStride` apart.
///   - b: the matrix, `bRow` between the elements of a column and `bColumn` between those of a row.
///   - sums: `n` elements, overwritten.
///   - number: what an element is as a factor.
@inline(__always)
func multiplyRow<T: NumericElement, Sum: Scalar>(
  _ a: UnsafePointer<T>, _ aStride: Int, _ b: UnsafePointer<T>, _ bRow: Int, _ bColumn: Int, _ n: Int, _ k: Int,
  into sums: UnsafeMutablePointer<Sum>, _ number: (T) -> Sum
) {
  for j in 0..<n { sums[j] = .zero }
  for p in 0..<k {
    let factor = number(a[p &* aStride])
    let row = b + p &* bRow
    if bColumn == 1 {
      for j in 0..<n { sums[j] = sums[j].adding(factor.multiplied(by: number(row[j]))) }
    } else {
      for j in 0..<n { sums[j] = sums[j].adding(factor.multiplied(by: number(row[j &* bColumn]))) }
    }
  }
}
