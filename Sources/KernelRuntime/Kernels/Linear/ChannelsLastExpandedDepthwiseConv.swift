import CKernels

/// Depthwise convolution of images that a pointwise convolution makes of operand 0, as in MobileNet's inverted bottlenecks
/// (Sandler et al., "MobileNetV2", 2018). The images between, many channels wide, are never there as a whole: rows are
/// made as the window comes to them and stay in the cache until it has passed.
///
/// Operands 1 and 2 are the depthwise convolution's weights and optional bias, operands 3 and 4 those of the pointwise one:
/// (output channels, channels, 1, 1), and one number for each output channel. All is laid out with channels last as in
/// `ChannelsLastConvKernel`.
public struct ChannelsLastExpandedDepthwiseConvKernel: Kernel {
  /// The depthwise convolution.
  public var conv: ConvKernel
  /// The pointwise convolution, of which only what applies in the end is read.
  public var expansion: ConvKernel

  public init(_ conv: ConvKernel, expansion: ConvKernel) {
    self.conv = conv
    self.expansion = expansion
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(3))
    try require(x, is: .float, "operand 0")
    try require(w, is: .float, "the weights of the expansion")
    guard x.rank == 4, w.rank == 4, w.shape[1...] == [x.shape[3], 1, 1] else {
      throw .invalid("an expansion of shape \(x.shape) by weights of shape \(w.shape)")
    }
    let channels = w.shape[0]
    if let bias = try operands.optionalSpec(4) {
      try require(bias, is: .float, "the bias of the expansion")
      try require(bias, has: [channels], "the bias of the expansion")
    }
    let expanded = try TensorSpec.checked(.float, [x.shape[0], x.shape[1], x.shape[2], channels])
    let rows = try DepthwiseRows(conv, expanded, operands)
    let plan = rows.plan
    let result = try TensorSpec.checked(.float, plan.shape)
    if result.count == 0 { return Prepared([result]) { _ in } }

    var product = FloatProduct(m: 0, n: channels, k: x.shape[3])
    product.low = expansion.low ?? -.infinity
    product.high = expansion.high ?? .infinity
    product.activation = try .fused(expansion.activation)
    let pack = {
      @Sendable [product] (from: UnsafeRawPointer, to: UnsafeMutableRawPointer, threads: ThreadPool?) in
      product.pack(
        count: 1, from: from.assumingMemoryBound(to: Float.self), at: { _ in 0 }, stride: product.k, kStride: 1,
        to: to.assumingMemoryBound(to: Float.self), threads: threads)
    }
    let packedExpansion = try operands.packed(
      3, as: product.form(stride: product.k, kStride: 1), byteCount: product.packedCount * 4, make: pack)
    let packed = try rows.packed(operands)
    let ring = try Ring(plan.window, pitch: plan.window.input[1] * channels)
    let lines = plan.batch * plan.window.output[0]
    // Each strip makes the rows anew that its first window shares with the strip before.
    let threadCount = operands.threads?.threadCount ?? 1
    let strips = threadCount == 1 ? 1 : min(lines, 2 * threadCount)
    let ringBytes = alignedSize(try checkedProduct(ring.count, 4))
    let expansionBytes = packedExpansion == nil ? alignedSize(product.packedCount * 4) : 0
    let weightBytes = packed == nil ? alignedSize(rows.weightBytes) : 0
    let ringsBytes = try checkedProduct(strips, ringBytes)
    let (hasBias, inputPitch) = (operands.has(4), x.shape[2] * x.shape[3])
    return Prepared([result], scratchBytes: try checkedSum(ringsBytes, expansionBytes + weightBytes)) {
      [product] invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      nonisolated(unsafe) let rings = invocation.scratch
      let room = invocation.scratch + ringsBytes
      nonisolated(unsafe) let (weights, bias) = (
        rows.weights(packed, invocation, room + expansionBytes), rows.bias(invocation)
      )
      if packedExpansion == nil { pack(invocation.operand(3, as: UInt8.self), room, invocation.threads) }
      nonisolated(unsafe) let b = (packedExpansion?.address ?? UnsafeRawPointer(room))
        .assumingMemoryBound(to: Float.self)
      nonisolated(unsafe) let expansionBias = hasBias ? invocation.operand(4, as: Float.self) : nil
      let window = plan.window
      invocation.threads.forEach(strips) { strip in
        let own = (rings + strip * ringBytes).assumingMemoryBound(to: Float.self)
        var image = -1
        // The rows of the image that have been made: those from `first` to before `end`, as far as the ring holds them.
        var (first, end) = (0, 0)
        for line in lines * strip / strips..<lines * (strip + 1) / strips {
          let row = plan.row(line, channels: 0..<channels)
          guard let last = row.positions.last else {
            rows.compute(row, { _ in UnsafePointer(own) }, weights: weights, bias: bias, to: y + plan.offset(row))
            continue
          }
          // With dilation a later window's first row may lie before an earlier one's, but never before its start.
          let (from, through) = (max(row.start, 0), row.start + last * window.dilations[0])
          if row.image != image || from >= end {
            image = row.image
            (first, end) = (from, from)
          }
          while end <= through {
            let count = min(ring.batch, window.input[0] - end)
            product.multiply(
              rows: count * window.input[1], x + (image * window.input[0] + end) * inputPitch, b,
              to: own + ring.offset(end - first), bias: expansionBias)
            end += count
          }
          rows.compute(
            row, { [first] in UnsafePointer(own + ring.offset($0 - first)) }, weights: weights, bias: bias,
            to: y + plan.offset(row))
        }
      }
    }
  }

  /// The rows of the expanded image that are kept: some batches, each of rows that are made together.
  private struct Ring: Sendable {
    /// The rows of a batch.
    let batch: Int
    private let batches: Int
    private let pitch: Int
    /// The number of floats.
    let count: Int

    init(_ window: WindowGeometry, pitch: Int) throws(KernelError) {
      self.pitch = pitch
      let reach = min((window.kernel[0] - 1) * window.dilations[0] + 1, window.input[0])
      // Enough rows of the product for the weights to be worth reading.
      batch = max(1, min(window.input[0], (16 * FloatProduct.tileRows + window.input[1] - 1) / max(window.input[1], 1)))
      // The oldest row under the window and the newest may be parts of different batches, with others between.
      batches = (reach + batch - 2) / batch + 1
      count = try checkedProduct(batch * batches, pitch)
    }

    /// Where a row is, counted from the first that was made.
    func offset(_ row: Int) -> Int { row % (batch * batches) * pitch }
  }
}
