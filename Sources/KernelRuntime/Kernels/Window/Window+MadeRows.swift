/// A window over images that are made while it passes: rows are made as the window comes to them, some at a time, and stay
/// in the cache until it has passed. The images are never there as a whole.
struct MadeRows: Sendable {
  private let plan: ChannelsLastWindow
  /// The rows that are made together, and for how many such batches there is room.
  private let batch: Int
  private let batches: Int
  /// The floats of a row.
  private let pitch: Int
  /// The parts of the result that are computed by themselves. Each makes the rows anew that its first window shares with
  /// the part before.
  private let strips: Int
  private let lines: Int
  private let roomBytes: Int
  /// The scratch memory that `run` needs.
  let byteCount: Int

  init(_ plan: ChannelsLastWindow, threads threadCount: Int) throws(KernelError) {
    let window = plan.window
    self.plan = plan
    lines = plan.batch * window.output[0]
    strips = threadCount == 1 ? 1 : min(lines, 2 * threadCount)
    pitch = window.input[1] * plan.channels
    let reach = min((window.kernel[0] - 1) * window.dilations[0] + 1, window.input[0])
    // Enough rows of a product for its weights to be worth reading.
    batch = max(1, min(window.input[0], (FloatProduct.chunkRows + window.input[1] - 1) / max(window.input[1], 1)))
    // The oldest row under the window and the newest may be parts of different batches, with others between.
    batches = (reach + batch - 2) / batch + 1
    roomBytes = alignedSize(try checkedProduct(try checkedProduct(batch * batches, pitch), MemoryLayout<Float>.size))
    byteCount = try checkedProduct(strips, roomBytes)
  }

  /// Calls `use` for all rows of the result.
  ///
  /// - Parameters:
  ///   - room: `byteCount` bytes.
  ///   - make: makes some rows of an image, side by side.
  ///   - use: computes a row of the result from the image's rows under the window, and is told where each is.
  func run(
    _ threads: ThreadPool, room: UnsafeMutableRawPointer,
    make: (_ image: Int, _ rows: Range<Int>, _ to: UnsafeMutablePointer<Float>) -> Void,
    use: (_ row: ChannelsLastWindow.Row, _ line: (Int) -> UnsafePointer<Float>) -> Void
  ) {
    let window = plan.window
    threads.forEach(strips) { strip in
      let own = (room + strip * roomBytes).assumingMemoryBound(to: Float.self)
      var image = -1
      // The rows of the image that have been made: those from `first` to before `end`, as far as there is room.
      var (first, end) = (0, 0)
      for line in lines * strip / strips..<lines * (strip + 1) / strips {
        let row = plan.row(line, channels: 0..<plan.channels)
        guard let last = row.positions.last else {
          use(row) { _ in UnsafePointer(own) }
          continue
        }
        // With dilation a later window's first row may lie before an earlier one's, but never before its start.
        let (from, through) = (max(row.start, 0), row.start + last * window.dilations[0])
        if row.image != image || from >= end {
          image = row.image
          (first, end) = (from, from)
        }
        while end <= through {
          let rows = end..<min(end + batch, window.input[0])
          make(image, rows, own + offset(end - first))
          end = rows.upperBound
        }
        use(row) { [first] in UnsafePointer(own + offset($0 - first)) }
      }
    }
  }

  /// Where a row is, counted from the first that was made.
  private func offset(_ row: Int) -> Int { row % (batch * batches) * pitch }
}
