import CKernels

/// Convolution with 3×3 kernels and stride 1 by the algorithm of Winograd, F(4×4, 3×3): 36 products for 16 outputs
/// where the plain way takes 144.
///
/// Tiles of 6×6 inputs are transformed, multiplied by the transformed weights, point by point as 36 matrix products
/// over the channels, and transformed back to 4×4 outputs. Sums of other numbers than the convolution's own round
/// differently: errors grow to some 1e-5 of the largest output.
struct WinogradPlan: Sendable {
  private static let points = ONRAMP_WINOGRAD_POINTS
  private static let runLength = ONRAMP_WINOGRAD_RUN
  private static let slack = ONRAMP_WINOGRAD_SLACK
  private static let columns = FloatProduct.tileColumns
  /// What the transformed tiles and their products of one block may take, in floats: they are written and read again
  /// at once, and should not leave the caches that the processors share.
  private static let blockLimit = 1 << 20

  private let plan: ConvPlan
  /// The rows and columns of tiles.
  private let tiles: (rows: Int, columns: Int)
  private let padImage: PadImage
  /// The runs of each panel, one after the other, and where each panel's begin.
  private let runs: [onramp_winograd_run]
  private let runStarts: [Int]
  private let panelsPerBlock: Int
  private var product: FloatProduct

  /// The extents of the padded image, which whole tiles cover.
  private var pitch: Int { padImage.padded[1] }
  private var planeSize: Int { padImage.padded[0] * padImage.padded[1] }
  private var tileCount: Int { tiles.rows * tiles.columns }
  private var panels: Int { (tileCount + Self.columns - 1) / Self.columns }

  /// - Returns: nil for convolutions that the algorithm is not for, or that take longer by it.
  init?(_ plan: ConvPlan, low: Float, high: Float, activation: VectorFunction?) {
    let window = plan.window
    guard window.rank == 2, window.kernel == [3, 3], window.strides == [1, 1], window.dilations == [1, 1],
      plan.group == 1, window.outputCount > 0, window.padsBegin.allSatisfy({ $0 >= 0 }), Self.columns <= 32
    else { return nil }
    let (height, width) = (window.output[0], window.output[1])
    self.plan = plan
    tiles = ((height + 3) / 4, (width + 3) / 4)
    padImage = PadImage(window: window, padded: [4 * tiles.rows + 2, 4 * tiles.columns + 2], channels: plan.channels)
    product = FloatProduct(m: plan.outputs, n: 0, k: plan.channels)
    product.batches = Self.points
    self.low = low
    self.high = high
    self.activation = activation
    let panelSize = Self.points * (plan.channels + plan.outputs) * Self.columns
    let count = (tiles.rows * tiles.columns + Self.columns - 1) / Self.columns
    panelsPerBlock = max(1, min(count, Self.blockLimit / max(1, panelSize)))
    guard Self.isQuicker(plan, panels: count, blocks: (count + panelsPerBlock - 1) / panelsPerBlock) else { return nil }
    (runs, runStarts) = Self.runs(tiles, height: height, width: width)
  }

  private let low: Float
  private let high: Float
  private let activation: VectorFunction?

  /// Compares estimates of time, in vector operations of the width of a panel.
  private static func isQuicker(_ plan: ConvPlan, panels: Int, blocks: Int) -> Bool {
    let (channels, outputs) = (Double(plan.channels), Double(plan.outputs))
    let directPanels = Double((plan.window.outputCount + columns - 1) / columns)
    let direct = directPanels * channels * 9 * (outputs + 6)
    let transforms = Double(panels) * (channels + outputs) * 400
    let products = Double(panels * points) * channels * outputs
    // The transformed weights stream past for every block, four times as many as the weights themselves.
    let weights = Double(blocks * points) * channels * outputs * 2
    return transforms + products + weights < 0.9 * direct
  }

  /// The runs of neighbouring tiles in each panel, where tiles are numbered row by row.
  private static func runs(
    _ tiles: (rows: Int, columns: Int), height: Int, width: Int
  ) -> ([onramp_winograd_run], [Int]) {
    var runs: [onramp_winograd_run] = []
    var starts = [0]
    let pitch = 4 * tiles.columns + 2
    let count = tiles.rows * tiles.columns
    for first in stride(from: 0, to: count, by: columns) {
      var tile = first
      while tile < min(first + columns, count) {
        let (row, column) = tile.quotientAndRemainder(dividingBy: tiles.columns)
        let length = min(runLength, tiles.columns - column, min(first + columns, count) - tile)
        runs.append(
          onramp_winograd_run(
            column: tile - first, count: length, input: 4 * row * pitch + 4 * column,
            output: 4 * row * width + 4 * column, rows: min(4, height - 4 * row),
            columns: min(4 * length, width - 4 * column)))
        tile += length
      }
      starts.append(runs.count)
    }
    return (runs, starts)
  }

  /// A name for the transformed weights.
  var form: String { "3×3 kernels for tiles of 4×4: \(product.form(columns: false, stride: product.k, kStride: 1))" }
  var packedBytes: Int { Self.points * product.packedACount * 4 }

  /// Transforms weights of shape `(outputs, channels, 3, 3)` and packs them.
  func pack(_ weights: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, threads: ThreadPool?) throws(KernelError)
  {
    let (rows, channels) = (product.m, product.k)
    let scratch = try Buffer(byteCount: Self.points * rows * channels * 4)
    nonisolated(unsafe) let transformed = scratch.address.assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let weights = weights
    let transform = { @Sendable (range: Range<Int>) in
      for i in range { onramp_winograd_weights(transformed + i, rows * channels, weights + 9 * i) }
    }
    if let threads {
      threads.forRanges(rows * channels, grain: cheapGrain / 64, transform)
    } else {
      transform(0..<rows * channels)
    }
    product.pack(
      columns: false, count: Self.points, from: transformed, at: { $0 * rows * channels }, stride: channels,
      kStride: 1, to: to, threads: threads)
  }

  private var imageBytes: Int { alignedSize((plan.channels * planeSize + Self.slack) * 4) }
  private var inputBytes: Int { alignedSize(Self.points * plan.channels * panelsPerBlock * Self.columns * 4) }
  private var outputBytes: Int { alignedSize(Self.points * plan.outputs * panelsPerBlock * Self.columns * 4) }
  var scratchBytes: Int { imageBytes + inputBytes + outputBytes }

  /// - Parameters:
  ///   - weights: packed by `pack`.
  ///   - bias: one number for each output channel.
  ///   - addend: laid out as the result.
  func run(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    addend: UnsafePointer<Float>?, to y: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer,
    threads: ThreadPool
  ) {
    nonisolated(unsafe) let image = scratch.assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let inputs = (scratch + imageBytes).assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let outputs = (scratch + imageBytes + inputBytes).assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let (bias, addend, y) = (bias, addend, y)
    let (channels, rows, columns) = (plan.channels, plan.outputs, Self.columns)
    let outputCount = plan.window.outputCount
    let (width, pitch, planeSize) = (plan.window.output[1], pitch, planeSize)
    for n in 0..<plan.batch {
      padImage.run(x + n * channels * plan.window.inputCount, image, threads)
      for block in stride(from: 0, to: panels, by: panelsPerBlock) {
        let count = min(panelsPerBlock, panels - block)
        let pointSize = count * columns * channels
        let grain = max(1, cheapGrain / (columns * 32))
        threads.forRanges(count * channels, grain: grain) { range in
          for i in range {
            let (panel, channel) = i.quotientAndRemainder(dividingBy: channels)
            withRuns(block + panel) { runs, count in
              onramp_winograd_input(
                inputs + (panel * channels + channel) * columns, pointSize, columns, image + channel * planeSize,
                pitch, runs, count)
            }
          }
        }
        var product = product
        product.n = min(count * columns, tileCount - block * columns)
        let weightSize = product.packedACount
        product.run(
          a: weights, aAt: { $0 * weightSize }, b: inputs, bAt: { $0 * pointSize }, c: outputs,
          ldc: count * columns, cStride: rows * count * columns, threads: threads)
        threads.forRanges(count * rows, grain: grain) { range in
          for i in range {
            // Panels of one channel follow each other, so that a thread writes neighbouring rows.
            let (row, panel) = i.quotientAndRemainder(dividingBy: count)
            let plane = (n * rows + row) * outputCount
            withRuns(block + panel) { runs, runCount in
              onramp_winograd_output(
                y + plane, width, outputs + row * count * columns + panel * columns, rows * count * columns, columns,
                runs, runCount, bias?[row] ?? 0, addend.map { $0 + plane }, low, high)
              guard let activation else { return }
              for r in 0..<runCount {
                for line in 0..<runs[r].rows {
                  activation.apply(y + plane + runs[r].output + line * width, runs[r].columns)
                }
              }
            }
          }
        }
      }
    }
  }

  private func withRuns(_ panel: Int, _ body: (UnsafePointer<onramp_winograd_run>, Int) -> Void) {
    runs.withUnsafeBufferPointer { runs in
      guard let first = runs.baseAddress else { return }
      body(first + runStarts[panel], runStarts[panel + 1] - runStarts[panel])
    }
  }
}
