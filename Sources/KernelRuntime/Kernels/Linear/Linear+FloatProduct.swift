import CKernels

/// The product of float matrices that dense layers, convolutions and attention are made of.
///
/// Both factors are packed into panels, each as many rows of A or columns of B as the microkernel's tile has, each
/// holding all of k. The panel of B that a thread works on then stays in its first-level cache.
struct FloatProduct: Sendable {
  var m: Int
  var n: Int
  var k: Int
  /// How many products of this size there are.
  var batches = 1
  var low = -Float.infinity
  var high = Float.infinity
  /// Applied to the limited results.
  var activation: VectorFunction?

  static let tileRows = Int(onramp_sgemm_shape().rows)
  static let tileColumns = Int(onramp_sgemm_shape().columns)
  /// How much of k one pass takes, so that a panel of B fits into the first-level cache.
  private static let depth = 256
  /// The most rows of A in one task: with `depth`, what the second-level cache holds.
  private static let chunkRows = 240

  private static func roundedUp(_ n: Int, to unit: Int) -> Int { (n &+ unit &- 1) / unit &* unit }

  /// The number of floats that one packed A takes.
  var packedACount: Int { Self.roundedUp(m, to: Self.tileRows) &* k }
  /// The number of floats that one packed B takes.
  var packedBCount: Int { Self.roundedUp(n, to: Self.tileColumns) &* k }

  /// A name for what `pack` makes of a constant, and for all that it depends on besides the constant itself.
  func form(columns: Bool, stride: Int, kStride: Int, count: Int = 1) -> String {
    "\(count) × \(columns ? n : m) × \(k) by \(stride), \(kStride) in panels of "
      + "\(columns ? Self.tileColumns : Self.tileRows)"
  }

  /// Packs `count` matrices A, or B when `columns` is set; `at` tells where each starts.
  func pack(
    columns: Bool, count: Int, from: UnsafePointer<Float>, at: @Sendable @escaping (Int) -> Int, stride: Int,
    kStride: Int, scale: Float = 1, to: UnsafeMutablePointer<Float>, threads: ThreadPool?
  ) {
    let extent = columns ? n : m
    let panel = columns ? Self.tileColumns : Self.tileRows
    let panels = (extent + panel - 1) / panel
    let size = panels * panel * k
    nonisolated(unsafe) let from = from
    nonisolated(unsafe) let to = to
    let pack = { @Sendable [k] (range: Range<Int>) in
      for i in range {
        let (matrix, p) = i.quotientAndRemainder(dividingBy: panels)
        onramp_sgemm_pack(
          to + matrix * size + p * panel * k, panel, from + at(matrix) + p * panel * stride,
          min(panel, extent - p * panel), k, stride, kStride, scale)
      }
    }
    guard let threads else { return pack(0..<count * panels) }
    threads.forRanges(count * panels, grain: max(1, cheapGrain / max(1, panel * k)), pack)
  }

  /// Computes C = A · B + biases + addend for all batches, then applies the limits and the activation.
  ///
  /// - Parameters:
  ///   - a, b: packed; `aAt` and `bAt` tell where each batch's starts.
  ///   - c: where the first batch's result begins, `ldc` between rows, `cStride` between batches.
  ///   - rowBias, columnBias: a number for each row or for each column, at most one of the two.
  ///   - add: a matrix to add, laid out as C; C itself to accumulate.
  func run(
    a: UnsafePointer<Float>, aAt: @Sendable (Int) -> Int, b: UnsafePointer<Float>, bAt: @Sendable (Int) -> Int,
    c: UnsafeMutablePointer<Float>, ldc: Int, cStride: Int = 0, rowBias: UnsafePointer<Float>? = nil,
    columnBias: UnsafePointer<Float>? = nil, add: UnsafePointer<Float>? = nil, threads: ThreadPool
  ) {
    guard m > 0, n > 0, batches > 0 else { return }
    var rows = min(Self.chunkRows, Self.roundedUp(m, to: Self.tileRows))
    var columns = min(8 * Self.tileColumns, Self.roundedUp(n, to: Self.tileColumns))
    func tasks() -> Int { batches * ((m + rows - 1) / rows) * ((n + columns - 1) / columns) }
    // Enough tasks to keep the threads even, as long as each is worth the trouble of starting it.
    while threads.threadCount > 1, tasks() < 4 * threads.threadCount, rows * columns * max(k, 1) > 1 << 20 {
      if columns > Self.tileColumns, columns >= rows / 2 || rows == Self.tileRows {
        columns = Self.roundedUp(columns / 2, to: Self.tileColumns)
      } else if rows > Self.tileRows {
        rows = Self.roundedUp(rows / 2, to: Self.tileRows)
      } else {
        break
      }
    }
    let (rowChunks, columnChunks) = ((m + rows - 1) / rows, (n + columns - 1) / columns)
    threads.forEach(batches * rowChunks * columnChunks) { task in
      let (rest, columnChunk) = task.quotientAndRemainder(dividingBy: columnChunks)
      let (batch, rowChunk) = rest.quotientAndRemainder(dividingBy: rowChunks)
      let (i, j) = (rowChunk * rows, columnChunk * columns)
      var block = onramp_sgemm_block()
      block.m = min(rows, m - i)
      block.n = min(columns, n - j)
      block.a_stride = Self.tileRows * k
      block.b_stride = Self.tileColumns * k
      block.c = c + batch * cStride + i * ldc + j
      block.ldc = ldc
      var start = 0
      repeat {
        let depth = min(Self.depth, k - start)
        block.k = depth
        block.a = a + aAt(batch) + i * k + start * Self.tileRows
        block.b = b + bAt(batch) + j * k + start * Self.tileColumns
        // The first pass over k brings in what is added, later ones what the earlier left in C.
        block.row_bias = start == 0 ? rowBias.map { $0 + i } : nil
        block.column_bias = start == 0 ? columnBias.map { $0 + j } : nil
        block.add = start == 0 ? add.map { $0 + (block.c - c) } : UnsafePointer(block.c)
        block.ld_add = ldc
        let isLast = start + depth >= k
        block.low = isLast ? low : -.infinity
        block.high = isLast ? high : .infinity
        onramp_sgemm(&block)
        start += depth
      } while start < k
      if let activation {
        // The block is still in the cache.
        for row in 0..<block.m { activation.apply(block.c + row * ldc, block.n) }
      }
    }
  }
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
@inline(__always)
func multiplyRow<T: NumericElement>(
  _ a: UnsafePointer<T>, _ aStride: Int, _ b: UnsafePointer<T>, _ bRow: Int, _ bColumn: Int, _ n: Int, _ k: Int,
  into sums: UnsafeMutablePointer<T.Compute>
) {
  for j in 0..<n { sums[j] = .zero }
  for p in 0..<k {
    let factor = a[p &* aStride].compute
    let row = b + p &* bRow
    if bColumn == 1 {
      for j in 0..<n { sums[j] = sums[j].adding(factor.multiplied(by: row[j].compute)) }
    } else {
      for j in 0..<n { sums[j] = sums[j].adding(factor.multiplied(by: row[j &* bColumn].compute)) }
    }
  }
}
