import CKernels

/// A window that slides over images of floats with channels last (batch, height, width, channels), or along sequences
/// (batch, length, channels), which are images of one row.
struct ChannelsLastWindow: Sendable {
  let batch: Int
  let channels: Int
  let window: WindowGeometry
  /// The dimensions of the operand besides batch and channels.
  private let rank: Int

  /// - Throws: when the operand is not a batch of images of floats, or the window does not fit them.
  init(
    _ x: TensorSpec, kernel: [Int], strides: [Int], dilations: [Int] = [], pads: [Int], autoPad: AutoPad = .notSet,
    ceilMode: Bool = false
  ) throws(KernelError) {
    try require(x, is: .float, "operand 0")
    guard x.rank == 3 || x.rank == 4 else {
      throw .invalid("a window over shape \(x.shape), neither images nor sequences with channels last")
    }
    rank = x.rank - 2
    batch = x.shape[0]
    channels = x.shape[1 + rank]
    window = try WindowGeometry(
      input: Array(x.shape[1...rank]).overImages(rank: rank), kernel: kernel.overImages(rank: rank),
      strides: strides.overImages(rank: rank), dilations: dilations.overImages(rank: rank),
      pads: pads.padsOverImages(rank: rank), autoPad: autoPad, ceilMode: ceilMode)
    guard window.kernelCount < 1 << 24 else { throw .unsupported("a window of \(kernel) elements") }
  }

  /// The window of a pool.
  init(_ pool: PoolKernel, _ x: TensorSpec) throws(KernelError) {
    try self.init(
      x, kernel: pool.kernelShape, strides: pool.strides, dilations: pool.dilations, pads: pool.pads,
      autoPad: pool.autoPad, ceilMode: pool.ceilMode)
  }

  /// The result's shape.
  var shape: [Int] { [batch] + window.output.suffix(rank) + [channels] }
  /// The number of elements of one image.
  var imageCount: Int { window.inputCount * channels }
  /// The number of elements of a row of the result.
  var rowCount: Int { window.output[1] * channels }

  /// One row of the result, or some channels of it.
  struct Row {
    let image: Int
    let row: Int
    /// How C is told.
    let layout: onramp_window_row
    /// The kernel's rows that lie inside the image, and the row of the image on which its first lies.
    let positions: Range<Int>
    let start: Int
    /// All channels of the row are the caller's.
    let isWhole: Bool
  }

  /// Calls `body` for all rows of the result, on all threads. Where there are few rows, the channels are shared out too.
  ///
  /// - Parameter work: elements of cheap work for one element of the result.
  func forEachRow(_ threads: ThreadPool, work: Int, _ body: (Row) -> Void) {
    let rows = batch * window.output[0]
    guard rows > 0, rowCount > 0 else { return }
    let wanted = threads.threadCount == 1 ? 1 : (threads.threadCount * 8 + rows - 1) / rows
    let parts = max(1, min(wanted, channels / 64))
    let grain = max(1, cheapGrain * parts / max(1, rowCount * work))
    // Whole vectors.
    func bound(_ part: Int) -> Int { part == parts ? channels : channels * part / parts / 16 * 16 }
    threads.forRanges(rows * parts, grain: grain) { range in
      for i in range {
        let (line, part) = i.quotientAndRemainder(dividingBy: parts)
        body(self.row(line, channels: bound(part)..<bound(part + 1)))
      }
    }
  }

  /// Row `line` of the result, counted through all images.
  func row(_ line: Int, channels part: Range<Int>) -> Row {
    let (image, row) = line.quotientAndRemainder(dividingBy: window.output[0])
    let clipped = window.clipped(0, at: row)
    return Row(
      image: image, row: row,
      layout: onramp_window_row(
        channels: channels, first: part.lowerBound, end: part.upperBound, width: window.input[1],
        out_width: window.output[1], kernel: window.kernel[1], stride: window.strides[1],
        dilation: window.dilations[1], pad: window.padsBegin[1]),
      positions: clipped.positions, start: clipped.start, isWhole: part.count == channels)
  }

  /// Where a row of the image that a row of the result is made of begins.
  @inline(__always)
  func line(_ i: Int, of row: Row, in x: UnsafePointer<Float>) -> UnsafePointer<Float> {
    x + row.image * imageCount + i * window.input[1] * channels
  }

  /// Calls `body` with the addresses of the image's rows under the kernel's rows, at a place in the result.
  @inline(__always)
  func withRows(
    _ row: Row, of x: UnsafePointer<Float>, _ body: (UnsafePointer<UnsafePointer<Float>?>, Int) -> Void
  ) {
    withRows(row, { line($0, of: row, in: x) }, body)
  }

  /// - Parameter line: where a row of the image is.
  @inline(__always)
  func withRows(
    _ row: Row, _ line: (Int) -> UnsafePointer<Float>, _ body: (UnsafePointer<UnsafePointer<Float>?>, Int) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: row.positions.count + 1) { rows in
      for (i, k) in row.positions.enumerated() {
        rows.initializeElement(at: i, to: line(row.start + k * window.dilations[0]))
      }
      guard let first = rows.baseAddress else { return }
      body(first, row.positions.count)
    }
  }

  /// The place of an element in the result: the row's first.
  func offset(_ row: Row) -> Int { (row.image * window.output[0] + row.row) * rowCount }
}
