import CKernels

/// A convolution's weights packed for `FloatProduct`: for each group panels of output channels, in each for every tap the
/// channels.
struct WindowWeights: Sendable {
  let groups: Int
  /// The channels and outputs of a group.
  let channels: Int
  let outputs: Int
  /// The kernel's elements that are taps, as their places in it; nil for a tap of zeros.
  let taps: [Int?]
  private let kernelCount: Int
  private let channelStride: Int
  private let outputStride: Int

  /// - Parameters:
  ///   - channelStride, outputStride: the distances of weights in a group, whose weights lie together.
  init(groups: Int, channels: Int, outputs: Int, taps: [Int?], kernelCount: Int, channelStride: Int, outputStride: Int)
  {
    self.groups = groups
    self.channels = channels
    self.outputs = outputs
    self.taps = taps
    self.kernelCount = kernelCount
    self.channelStride = channelStride
    self.outputStride = outputStride
  }

  private var panels: Int { (outputs + FloatProduct.tileColumns - 1) / FloatProduct.tileColumns }
  /// The number of floats of one group.
  var groupCount: Int { panels * FloatProduct.tileColumns * channels * taps.count }
  var count: Int { groupCount * groups }
  /// What of a name for the packed form all convolutions share.
  var form: String {
    "\(groups) × \(outputs) × \(channels) × \(taps.count) in panels of \(FloatProduct.tileColumns)"
  }

  func pack(_ weights: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, _ threads: ThreadPool?) {
    let columns = FloatProduct.tileColumns
    nonisolated(unsafe) let (weights, to) = (weights, to)
    let packPanels = { @Sendable [self] (range: Range<Int>) in
      for i in range {
        let (group, panel) = i.quotientAndRemainder(dividingBy: panels)
        let first = panel * columns
        let count = min(columns, outputs - first)
        let width = FloatProduct.panelWidth(count)
        for (t, tap) in taps.enumerated() {
          let piece = to + group * groupCount + (first * taps.count + t * width) * channels
          guard let tap else {
            piece.update(repeating: 0, count: channels * width)
            continue
          }
          let from = weights + group * channels * outputs * kernelCount + first * outputStride + tap
          onramp_sgemm_pack(piece, width, from, count, channels, outputStride, channelStride, 1)
        }
      }
    }
    guard let threads else { return packPanels(0..<panels * groups) }
    threads.forRanges(
      panels * groups, grain: max(1, cheapGrain / max(1, columns * channels * taps.count)), packPanels)
  }
}

/// The parts of images whose windows are multiplied together: some lines of one image by the weights of one group.
struct WindowBlocks: Sendable {
  private let batch: Int
  private let groups: Int
  private let lines: Int
  /// The blocks of one image and group.
  private let count: Int

  /// - Parameter width: the windows in a line.
  init(batch: Int, groups: Int, lines: Int, width: Int, threads: Int) {
    self.batch = batch
    self.groups = groups
    self.lines = lines
    let rows = lines * width
    let wanted = threads == 1 ? 1 : (4 * threads + batch * groups - 1) / (batch * groups)
    let enough = min(wanted, rows / (2 * FloatProduct.tileRows))
    count = max(1, min(lines, max(enough, (rows + FloatProduct.chunkRows - 1) / FloatProduct.chunkRows)))
  }

  /// Calls `body` for all blocks, all groups of the same lines in turn, so that they find them in the cache. Where there
  /// are few blocks, the threads are left to share each.
  func forEach(_ threads: ThreadPool, _ body: (_ image: Int, _ lines: Range<Int>, _ group: Int) -> Void) {
    func run(_ task: Int) {
      let (rest, group) = task.quotientAndRemainder(dividingBy: groups)
      let (image, block) = rest.quotientAndRemainder(dividingBy: count)
      body(image, lines * block / count..<lines * (block + 1) / count, group)
    }
    let tasks = batch * groups * count
    guard tasks < 2 * threads.threadCount else { return threads.forEach(tasks, run) }
    for task in 0..<tasks { run(task) }
  }
}
