import CKernels

/// A channels-last convolution as the product of its windows by its weights.
struct WindowProduct: Sendable {
  private let plan: ConvPlan
  private let weights: WindowWeights
  private let source: Source
  /// All windows of all images by the weights of one group.
  private let whole: FloatProduct
  private let packed: Tensor?
  private let hasBias: Bool
  private let weightBytes: Int
  /// The scratch memory that `factors` needs.
  let byteCount: Int

  /// - Parameters:
  ///   - conv: of which what applies in the end is read.
  ///   - operands: of which number 1 are the weights and number 2 the bias.
  init(_ plan: ConvPlan, _ conv: ConvKernel, _ operands: Operands) throws(KernelError) {
    let window = plan.window
    guard window.kernelCount <= ChannelsLastConvKernel.maximalWindow else {
      throw .unsupported("a channels-last convolution with a window of \(window.kernelCount) elements")
    }
    let weights = WindowWeights(
      groups: plan.group, channels: plan.channelsPerGroup, outputs: plan.outputsPerGroup,
      taps: Array(0..<window.kernelCount), kernelCount: window.kernelCount, channelStride: window.kernelCount,
      outputStride: window.kernelCount * plan.channelsPerGroup)
    let packedBytes = weights.count * MemoryLayout<Float>.size
    packed = try operands.packed(1, as: "channels last: \(weights.form)", byteCount: packedBytes) {
      (elements, address, threads) in
      weights.pack(
        elements.assumingMemoryBound(to: Float.self), to: address.assumingMemoryBound(to: Float.self), threads)
    }
    let source = try Source(plan, groups: weights.groups, channels: weights.channels)
    weightBytes = packed == nil ? alignedSize(packedBytes) : 0
    byteCount = weightBytes + source.byteCount
    hasBias = operands.has(2)
    var whole = FloatProduct(m: window.outputCount, n: weights.outputs, k: source.piece)
    whole.taps = source.taps
    whole.batches = plan.batch
    if source.isMatrix {
      whole.m *= plan.batch
      whole.batches = 1
    }
    whole.low = conv.low ?? -.infinity
    whole.high = conv.high ?? .infinity
    whole.activation = try .fused(conv.activation)
    (self.plan, self.weights, self.source, self.whole) = (plan, weights, source, whole)
  }

  /// What is multiplied in a run.
  struct Factors {
    /// The images that windows are taken from.
    fileprivate let images: UnsafePointer<Float>
    fileprivate let weights: UnsafePointer<Float>
    fileprivate let bias: UnsafePointer<Float>?
  }

  /// - Parameter room: `byteCount` bytes, which must stay as long as the factors are used.
  func factors(_ invocation: borrowing Invocation, room: UnsafeMutableRawPointer) -> Factors {
    let own = room.assumingMemoryBound(to: Float.self)
    if packed == nil { weights.pack(invocation.operand(1), to: own, invocation.threads) }
    return Factors(
      images: source.images(invocation.operand(0), room: room + weightBytes, threads: invocation.threads),
      weights: packed?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(own),
      bias: hasBias ? invocation.operand(2) : nil)
  }

  /// Computes the whole convolution, and adds a tensor laid out as the result.
  ///
  /// - Parameter pitch: the floats between the result's pixels.
  func run(
    _ factors: Factors, to y: UnsafeMutablePointer<Float>, pitch: Int, add addend: UnsafePointer<Float>?,
    threads: ThreadPool
  ) {
    let window = plan.window
    guard weights.groups > 1 else {
      return whole.run(
        a: source.rows(factors.images), aAt: { $0 * source.imageSize }, b: factors.weights, c: y, ldc: pitch,
        cStride: window.outputCount * pitch, columnBias: factors.bias, add: addend, threads: threads)
    }
    let width = window.output[1]
    let blocks = WindowBlocks(
      batch: plan.batch, groups: weights.groups, lines: window.output[0], width: width, threads: threads.threadCount)
    blocks.forEach(threads) { n, lines, group in
      var product = whole
      (product.m, product.batches) = (lines.count * width, 1)
      let first = group * weights.outputs
      let at = (n * window.outputCount + lines.lowerBound * width) * pitch + first
      product.run(
        a: source.rows(
          factors.images + n * source.imageSize + group * weights.channels, from: lines.lowerBound),
        b: factors.weights + group * weights.groupCount, c: y + at, ldc: pitch,
        columnBias: factors.bias.map { $0 + first }, add: addend.map { $0 + at }, threads: threads)
    }
  }

  /// Computes some lines of the result of one image, of a convolution of one group, on this thread alone.
  func multiply(_ factors: Factors, image n: Int, lines: Range<Int>, to y: UnsafeMutablePointer<Float>) {
    whole.multiply(
      rows: lines.count * plan.window.output[1],
      source.rows(factors.images + n * source.imageSize, from: lines.lowerBound), factors.weights, to: y,
      bias: factors.bias)
  }

  /// Where the rows come from.
  private struct Source: Sendable {
    private let plan: ConvPlan
    private var windows = onramp_conv_windows()
    private let zeros: Zeros
    /// The floats that lie together in a row, and how many such pieces a row has.
    let piece: Int
    let taps: Int
    /// Whether each window is one pixel, in their order: the image is the matrix.
    let isMatrix: Bool
    /// The floats of one image that windows are taken from.
    let imageSize: Int
    /// The extents of the image that windows of few channels are taken from, padding included, so that the channels of
    /// all pixels in a row of a window are one piece; nil where the operand itself serves.
    private let padded: (height: Int, width: Int)?

    /// - Parameters:
    ///   - groups: how many groups the channels are in.
    ///   - channels: of a group.
    init(_ plan: ConvPlan, groups: Int, channels: Int) throws(KernelError) {
      self.plan = plan
      let window = plan.window
      isMatrix = plan.isPointwise
      windows.output_width = window.output[1]
      windows.pitch = plan.channels
      windows.stride = (window.strides[0], window.strides[1])
      windows.dilation = (window.dilations[0], window.dilations[1])
      if groups == 1, plan.channels < 16, window.kernel[1] > 1, window.dilations[1] == 1 {
        func extent(_ d: Int) throws(KernelError) -> Int {
          let reach = (window.kernel[d] - 1) * window.dilations[d] + 1
          return max(
            window.padsBegin[d] + window.input[d],
            try checkedSum(try checkedProduct(window.output[d] - 1, window.strides[d]), reach))
        }
        let extents = (height: try extent(0), width: try extent(1))
        padded = extents == (window.input[0], window.input[1]) ? nil : extents
        let image = try TensorSpec.checked(.float, [plan.batch, extents.height, extents.width, plan.channels])
        imageSize = image.count / plan.batch
        piece = window.kernel[1] * plan.channels
        taps = window.kernel[0]
        (windows.height, windows.width) = extents
        windows.kernel = (window.kernel[0], 1)
      } else {
        padded = nil
        imageSize = window.inputCount * plan.channels
        piece = channels
        taps = isMatrix ? 1 : window.kernelCount
        (windows.height, windows.width) = (window.input[0], window.input[1])
        windows.kernel = (window.kernel[0], window.kernel[1])
        windows.pad = (window.padsBegin[0], window.padsBegin[1])
      }
      zeros = try Zeros(count: piece)
    }

    /// The scratch memory that `images` needs.
    var byteCount: Int { padded == nil ? 0 : imageSize * plan.batch * 4 }

    /// The images that windows are taken from: the operand, or its padded copy.
    func images(
      _ x: UnsafePointer<Float>, room: UnsafeMutableRawPointer, threads: ThreadPool
    ) -> UnsafePointer<Float> {
      guard let padded else { return x }
      nonisolated(unsafe) let to = room.assumingMemoryBound(to: Float.self)
      nonisolated(unsafe) let x = x
      let (window, channels) = (plan.window, plan.channels)
      let pitch = padded.width * channels
      let used = window.input[1] * channels
      let left = window.padsBegin[1] * channels
      threads.forRanges(plan.batch * padded.height, grain: max(1, cheapGrain / max(1, pitch))) { range in
        for i in range {
          let (n, y) = i.quotientAndRemainder(dividingBy: padded.height)
          let line = to + i * pitch
          let row = y - window.padsBegin[0]
          guard row >= 0, row < window.input[0] else {
            line.update(repeating: 0, count: pitch)
            continue
          }
          line.update(repeating: 0, count: left)
          (line + left).update(from: x + (n * window.input[0] + row) * used, count: used)
          (line + left + used).update(repeating: 0, count: pitch - left - used)
        }
      }
      return UnsafePointer(to)
    }

    /// The windows of an image from a line of the result on.
    func rows(_ image: UnsafePointer<Float>, from line: Int = 0) -> FloatProduct.Rows {
      guard !isMatrix else {
        return .dense(image + line * windows.output_width * plan.channels, stride: plan.channels)
      }
      var windows = windows
      windows.pad.0 -= line * windows.stride.0
      return .windows(windows, image: image, zeros: zeros.address)
    }
  }
}
