import CKernels

/// A convolution of floats over images, operand 0 laid out as (batch, height, width, channels), or over sequences
/// (batch, length, channels), as the result is. Operand 1 holds the weights as the standard lays them out: (output
/// channels, channels of a group, kernel...). Operand 2, one bias for each output channel, and operand 3, a tensor of the
/// result's shape to add, are optional; then limits and an activation apply.
///
/// A pixel's channels are neighbours, so that a window's rows are rows of a matrix and nothing is copied. A sequence is an
/// image of one row.
public struct ChannelsLastConvKernel: Kernel {
  /// The attributes, with what applies in the end.
  public var conv: ConvKernel

  public init(_ conv: ConvKernel) { self.conv = conv }

  /// The most elements that a window may have.
  public static let maximalWindow = Int(ONRAMP_CONV_TAPS)

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(w, is: x.type, "operand 1")
    guard x.type == .float else { throw .unsupported("a channels-last convolution of \(x.type.name)") }
    let plan = try ConvPlan(conv, channelsLast: x.shape, w.shape)
    let result = try TensorSpec.checked(x.type, [plan.batch] + plan.window.output.suffix(x.rank - 2) + [plan.outputs])
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: x.type, "the bias")
      try require(bias, has: [plan.outputs], "the bias")
    }
    if let addend = try operands.optionalSpec(3) { try require(addend, has: result.shape, "operand 3") }
    if result.count == 0 { return Prepared([result]) { _ in } }
    if !options.exact, let winograd = try ChannelsLastWinograd(plan, conv),
      let prepared = try winograd.prepare(operands, result)
    {
      return prepared
    }
    return try prepareProduct(plan, result, operands)
  }

  private func prepareProduct(
    _ plan: ConvPlan, _ result: TensorSpec, _ operands: Operands
  ) throws(KernelError) -> Prepared {
    let window = plan.window
    guard window.kernelCount <= Self.maximalWindow else {
      throw .unsupported("a channels-last convolution with a window of \(window.kernelCount) elements")
    }
    let weights = WindowWeights(
      groups: plan.group, channels: plan.channelsPerGroup, outputs: plan.outputsPerGroup,
      taps: Array(0..<window.kernelCount), kernelCount: window.kernelCount, channelStride: window.kernelCount,
      outputStride: window.kernelCount * plan.channelsPerGroup)
    let byteCount = weights.count * MemoryLayout<Float>.size
    let packed = try operands.packed(1, as: "channels last: \(weights.form)", byteCount: byteCount) {
      (elements, address, threads) in
      weights.pack(
        elements.assumingMemoryBound(to: Float.self), to: address.assumingMemoryBound(to: Float.self), threads)
    }
    let weightBytes = packed == nil ? byteCount : 0
    let source = try Source(plan, groups: weights.groups, channels: weights.channels)
    let (hasBias, hasAddend) = (operands.has(2), operands.has(3))
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
    return Prepared([result], scratchBytes: weightBytes + source.byteCount) { [whole] invocation in
      let room = invocation.scratch.assumingMemoryBound(to: Float.self)
      if packed == nil { weights.pack(invocation.operand(1), to: room, invocation.threads) }
      let b = packed?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(room)
      let image = source.image(
        invocation.operand(0), room: invocation.scratch + weightBytes, threads: invocation.threads)
      let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
      let addend = hasAddend ? invocation.operand(3, as: Float.self) : nil
      let y = invocation.result(0, as: Float.self)
      guard weights.groups > 1 else {
        return whole.run(
          a: source.rows(image), aAt: { $0 * source.imageSize }, b: b, c: y, ldc: plan.outputs,
          cStride: window.outputCount * plan.outputs, columnBias: bias, add: addend, threads: invocation.threads)
      }
      let width = window.output[1]
      let blocks = WindowBlocks(
        batch: plan.batch, groups: weights.groups, lines: window.output[0], width: width,
        threads: invocation.threads.threadCount)
      blocks.forEach(invocation.threads) { n, lines, group in
        var product = whole
        (product.m, product.batches) = (lines.count * width, 1)
        let first = group * weights.outputs
        let at = (n * window.outputCount + lines.lowerBound * width) * plan.outputs + first
        product.run(
          a: source.rows(image + n * source.imageSize + group * weights.channels, from: lines.lowerBound),
          b: b + group * weights.groupCount, c: y + at, ldc: plan.outputs, columnBias: bias.map { $0 + first },
          add: addend.map { $0 + at }, threads: invocation.threads)
      }
    }
  }

  /// Where the product's rows come from.
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
    /// all pixels in a row of a window are one piece.
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
        padded = extents
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

    /// The scratch memory that `image` needs.
    var byteCount: Int { padded == nil ? 0 : imageSize * plan.batch * 4 }

    /// The images that windows are taken from: the operand, or its padded copy.
    func image(
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

extension ConvPlan {
  /// A convolution of images laid out as (batch, height, width, channels), or of sequences (batch, length, channels),
  /// images of one row.
  init(_ kernel: ConvKernel, channelsLast x: [Int], _ w: [Int]) throws(KernelError) {
    guard x.count == 3 || x.count == 4, w.count == x.count else {
      throw .invalid("a channels-last convolution of shape \(x) with weights of shape \(w)")
    }
    let rank = x.count - 2
    var kernel = kernel
    kernel.kernelShape = kernel.kernelShape.overImages(rank: rank)
    kernel.strides = kernel.strides.overImages(rank: rank)
    kernel.dilations = kernel.dilations.overImages(rank: rank)
    kernel.pads = kernel.pads.padsOverImages(rank: rank)
    try self.init(kernel, x.channelsFirst, w[..<2] + Array(w[2...]).overImages(rank: rank))
  }

  /// Whether windows are single pixels, all of them in their order.
  var isPointwise: Bool {
    window.kernelCount == 1 && window.strides.allSatisfy { $0 == 1 } && window.output == window.input
      && window.padsBegin.allSatisfy { $0 == 0 }
  }
}

extension [Int] {
  /// The shape, with channels last, of images, or of sequences as images of one row, with channels first.
  var channelsFirst: [Int] { [self[0], self[count - 1]] + Array(self[1..<count - 1]).overImages(rank: count - 2) }
}
