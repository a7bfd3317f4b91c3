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
    let made = try MadeRows(plan, threads: operands.threads?.threadCount ?? 1)
    let expansionBytes = packedExpansion == nil ? alignedSize(product.packedCount * 4) : 0
    let weightBytes = packed == nil ? alignedSize(rows.weightBytes) : 0
    let (hasBias, inputPitch) = (operands.has(4), x.shape[2] * x.shape[3])
    return Prepared([result], scratchBytes: try checkedSum(made.byteCount, expansionBytes + weightBytes)) {
      [product] invocation in
      let x = invocation.operand(0, as: Float.self)
      let y = invocation.result(0, as: Float.self)
      let room = invocation.scratch + made.byteCount
      let (weights, bias) = (rows.weights(packed, invocation, room + expansionBytes), rows.bias(invocation))
      if packedExpansion == nil { pack(invocation.operand(3, as: UInt8.self), room, invocation.threads) }
      let b = (packedExpansion?.address ?? UnsafeRawPointer(room)).assumingMemoryBound(to: Float.self)
      let expansionBias = hasBias ? invocation.operand(4, as: Float.self) : nil
      let window = plan.window
      made.run(invocation.threads, room: invocation.scratch) { image, lines, to in
        product.multiply(
          rows: lines.count * window.input[1],
          .dense(x + (image * window.input[0] + lines.lowerBound) * inputPitch, stride: product.k), b, to: to,
          bias: expansionBias)
      } use: { row, line in
        rows.compute(row, line, weights: weights, bias: bias, to: y + plan.offset(row))
      }
    }
  }
}
