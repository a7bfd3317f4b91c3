import CKernels

/// Convolution of stride 1 by the algorithm of Winograd (Lavin and Gray, "Fast Algorithms for Convolutional Neural
/// Networks", 2015), along rows, along columns or both: F(4×4, 3×3) takes 36 products for 16 outputs where the plain way
/// takes 144, F(2×2, 5×5) 36 for 4 instead of 100, F(2, 7) 8 for 2 instead of 14.
///
/// Tiles of inputs are transformed, multiplied by the transformed weights, point by point as matrix products over the
/// channels, and transformed back. Sums of other numbers than the convolution's own round differently: errors grow to
/// some 1e-5 of the largest output, except those of F(2×2, 3×3), whose shorter sums make up for it.
struct ChannelsLastWinograd: Sendable {
  private let plan: ConvPlan
  private let geometry: onramp_winograd
  private let product: FloatProduct
  private let activation: VectorFunction?
  private let low: Float
  private let high: Float

  private var points: Int { geometry.points }
  private var tileCount: Int { geometry.tileCount }

  /// - Returns: nil for convolutions that the algorithm is not for, or that take longer by it.
  ///
  /// - Parameter isDeciding: whether the algorithm must round no worse than the operator's own sums.
  init?(_ plan: ConvPlan, _ conv: ConvKernel, isDeciding: Bool) throws(KernelError) {
    guard plan.window.strides == [1, 1], plan.group == 1,
      let form = Form.quickest(plan, of: isDeciding ? Form.all.filter(\.roundsAsPlain) : Form.all)
    else { return nil }
    self.plan = plan
    geometry = form.geometry(plan)
    product = FloatProduct(m: 0, n: plan.outputs, k: plan.channels)
    low = conv.low ?? -.infinity
    high = conv.high ?? .infinity
    activation = try .fused(conv.activation)
  }

  /// The tiles for a kernel's extents.
  private struct Form {
    /// The outputs of a tile and the kernel's elements, in each direction.
    let size: [Int]
    let kernel: [Int]
    /// The cycles that the transforms of a tile take for each channel and each output.
    let input: Double
    let output: Double

    private static func square(_ size: Int, _ kernel: Int, input: Double, output: Double) -> [Form] {
      [Form(size: [size, size], kernel: [kernel, kernel], input: input, output: output)]
    }

    private static func line(_ size: Int, _ kernel: Int, input: Double, output: Double) -> [Form] {
      [([1, size], [1, kernel]), ([size, 1], [kernel, 1])].map {
        Form(size: $0, kernel: $1, input: input, output: output)
      }
    }

    static let all =
      square(4, 3, input: 15, output: 8) + square(2, 3, input: 6, output: 3) + square(2, 5, input: 15, output: 6)
      + line(4, 3, input: 2, output: 2) + line(4, 5, input: 3, output: 2) + line(2, 7, input: 3, output: 2)

    func geometry(_ plan: ConvPlan) -> onramp_winograd {
      let window = plan.window
      func dilation(_ d: Int) -> Int { kernel[d] > 1 ? window.dilations[d] : 1 }
      return onramp_winograd(
        size: (size[0], size[1]), kernel: (kernel[0], kernel[1]), dilation: (dilation(0), dilation(1)),
        height: window.input[0], width: window.input[1], channels: plan.channels,
        pad: (window.padsBegin[0], window.padsBegin[1]), output_height: window.output[0],
        output_width: window.output[1], outputs: plan.outputs)
    }

    /// Whether rounding errors are no greater than the plain way's: the transforms have no factors but 1 and ½, and sums
    /// are a ninth as long.
    var roundsAsPlain: Bool { size == [2, 2] && kernel == [3, 3] }

    /// The form by which the convolution takes the least time, by an estimate in cycles; nil for none.
    static func quickest(_ plan: ConvPlan, of forms: [Form]) -> Form? {
      let (channels, outputs) = (Double(plan.channels), Double(plan.outputs))
      // Multiply-adds of a cycle, and bytes of weights that come in a cycle from beyond the second-level cache, where
      // those of all layers do not fit.
      let (rate, weightRate) = (16.0, 7.5)
      func time(_ places: Int, _ points: Int) -> Double {
        Double(points) * channels * outputs * (Double(places * plan.batch) / rate + 4 / weightRate)
      }
      var best: Form?
      var least = 0.95 * time(plan.window.outputCount, plan.window.kernelCount)
      for form in forms where form.kernel == plan.window.kernel {
        let geometry = form.geometry(plan)
        let tiles = geometry.tileCount
        let time =
          time(tiles, geometry.points) + Double(tiles * plan.batch) * (channels * form.input + outputs * form.output)
        if time < least { (best, least) = (form, time) }
      }
      return best
    }
  }

  private var form: String {
    let kernel = plan.window.kernel
    return "\(points) points of \(kernel[0])×\(kernel[1]) kernels: "
      + product.form(stride: plan.window.kernelCount * product.k, kStride: plan.window.kernelCount)
  }

  private func pack(_ weights: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, threads: ThreadPool?) {
    let (outputs, channels, columns) = (product.n, product.k, FloatProduct.tileColumns)
    let (kernelSize, pointSize) = (channels * plan.window.kernelCount, product.packedCount)
    nonisolated(unsafe) let (weights, to) = (weights, to)
    let packPanels = { @Sendable (range: Range<Int>) in
      for panel in range {
        let first = panel * columns
        let count = min(columns, outputs - first)
        withUnsafePointer(to: geometry) {
          onramp_winograd_pack(
            $0, to + first * channels, pointSize, weights + first * kernelSize, count, FloatProduct.panelWidth(count))
        }
      }
    }
    let panels = (outputs + columns - 1) / columns
    guard let threads else { return packPanels(0..<panels) }
    threads.forRanges(panels, grain: 1, packPanels)
  }

  /// - Returns: nil where the weights differ from run to run.
  func prepare(_ operands: Operands, _ result: TensorSpec) throws(KernelError) -> Prepared? {
    let weights = try operands.packed(1, as: form, byteCount: points * product.packedCount * 4) {
      (elements, address, threads) in
      pack(
        elements.assumingMemoryBound(to: Float.self), to: address.assumingMemoryBound(to: Float.self),
        threads: threads)
    }
    guard let weights else { return nil }
    let zeros = try Zeros(count: plan.channels)
    let blocks = Blocks(self, threads: operands.threads?.threadCount ?? 1)
    let (hasBias, hasAddend) = (operands.has(2), operands.has(3))
    var prepared = Prepared([result], scratchBytes: blocks.byteCount) { invocation in
      run(
        invocation.operand(0), zeros: zeros.address,
        weights: weights.address.assumingMemoryBound(to: Float.self), bias: hasBias ? invocation.operand(2) : nil,
        addend: hasAddend ? invocation.operand(3) : nil, to: invocation.result(0),
        pitch: invocation.pitch ?? plan.outputs, blocks: blocks, scratch: invocation.scratch,
        threads: invocation.threads)
    }
    prepared.takesPitch = !hasAddend
    return prepared
  }

  /// The tiles that are transformed, multiplied and transformed back together.
  private struct Blocks: Sendable {
    /// The most tiles of a block.
    let size: Int
    let count: Int
    /// How many blocks are in work at a time, each by one thread; or 1, when all threads share a block.
    let lanes: Int
    /// The memory for the inputs and for the products of one block, in bytes.
    let inputBytes: Int
    let outputBytes: Int

    var byteCount: Int { lanes * (inputBytes + outputBytes) }

    /// What the second-level cache should hold of a block's inputs and products, in floats.
    private static let limit = 3 << 16

    init(_ winograd: ChannelsLastWinograd, threads: Int) {
      let (plan, points, tiles) = (winograd.plan, winograd.points, winograd.tileCount)
      let perTile = points * (plan.channels + plan.outputs)
      let most = max(2 * FloatProduct.tileRows, Self.limit / max(1, perTile))
      // Weights are read once a block. Where that would be more than all else, the threads share a block's points.
      let rounds = (tiles + most * threads - 1) / (most * threads)
      let isShared = threads > 1 && tiles < threads * FloatProduct.tileRows
      lanes = isShared ? 1 : threads
      let blocks = isShared ? (tiles + most * threads - 1) / (most * threads) : rounds * threads
      size = (tiles + blocks - 1) / max(1, blocks)
      count = (tiles + size - 1) / max(1, size)
      inputBytes = alignedSize(points * size * plan.channels * 4)
      outputBytes = alignedSize(points * size * plan.outputs * 4)
    }
  }

  private func run(
    _ x: UnsafePointer<Float>, zeros: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, addend: UnsafePointer<Float>?, to y: UnsafeMutablePointer<Float>,
    pitch: Int, blocks: Blocks, scratch: UnsafeMutableRawPointer, threads: ThreadPool
  ) {
    nonisolated(unsafe) let (x, zeros, weights, bias, addend, y, scratch) = (
      x, zeros, weights, bias, addend, y, scratch
    )
    let (imageSize, resultSize) = (
      plan.window.inputCount * plan.channels, plan.window.outputCount * pitch
    )
    let total = blocks.count * plan.batch
    // Where each thread has blocks of its own, the loops inside run on that thread alone.
    threads.forEach(blocks.lanes) { lane in
      let room = scratch + lane * (blocks.inputBytes + blocks.outputBytes)
      nonisolated(unsafe) let inputs = room.assumingMemoryBound(to: Float.self)
      nonisolated(unsafe) let outputs = (room + blocks.inputBytes).assumingMemoryBound(to: Float.self)
      for index in total * lane / blocks.lanes..<total * (lane + 1) / blocks.lanes {
        let (n, block) = index.quotientAndRemainder(dividingBy: blocks.count)
        let first = block * blocks.size
        let count = min(blocks.size, tileCount - first)
        transform(count, channels: plan.channels, threads) { range in
          withUnsafePointer(to: geometry) {
            onramp_winograd_input(
              $0, inputs, x + n * imageSize, zeros, first, count, range.lowerBound, range.count)
          }
        }
        var product = product
        product.m = count
        product.batches = points
        let (inputSize, outputSize, weightSize) = (count * plan.channels, count * plan.outputs, product.packedCount)
        product.run(
          a: .dense(inputs, stride: plan.channels), aAt: { $0 * inputSize }, b: weights, bAt: { $0 * weightSize },
          c: outputs, ldc: plan.outputs, cStride: outputSize, threads: threads)
        transform(count, channels: plan.outputs, threads) { range in
          withUnsafePointer(to: geometry) {
            onramp_winograd_output(
              $0, y + n * resultSize, pitch, outputs, bias, addend.map { $0 + n * resultSize }, low, high, first,
              count, range.lowerBound, range.count)
          }
        }
      }
    }
    guard let activation else { return }
    threads.forRanges(plan.batch * plan.window.outputCount, grain: max(1, cheapGrain / max(1, plan.outputs))) { range in
      if pitch == plan.outputs { return activation.apply(y + range.lowerBound * pitch, range.count * pitch) }
      for pixel in range { activation.apply(y + pixel * pitch, plan.outputs) }
    }
  }

  /// Shares a block's tiles out for their transforms.
  private func transform(_ count: Int, channels: Int, _ threads: ThreadPool, _ body: (Range<Int>) -> Void) {
    threads.forRanges(count, grain: max(1, cheapGrain / max(1, channels * 16)), body)
  }
}

extension onramp_winograd {
  /// The points of a tile.
  fileprivate var points: Int { withUnsafePointer(to: self) { onramp_winograd_points($0) } }
  /// The tiles of an image.
  fileprivate var tileCount: Int {
    withUnsafePointer(to: self) { onramp_winograd_tiles($0, 0) * onramp_winograd_tiles($0, 1) }
  }
}
