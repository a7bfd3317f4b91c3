import CKernels

/// Depthwise convolution of operand 0, images of floats with channels last (batch, height, width, channels), with the
/// weights of operand 1 (channels, 1, kernel height, kernel width); operand 2, one bias for each channel, is optional.
/// Limits, then an activation apply in the end.
public struct ChannelsLastDepthwiseConvKernel: Kernel {
  /// The attributes, with what applies in the end; the number of groups is not read.
  public var conv: ConvKernel

  public init(_ conv: ConvKernel) { self.conv = conv }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(w, is: .float, "the weights")
    guard x.rank == 4, w.rank == 4, w.shape[0] == x.shape[3], w.shape[1] == 1 else {
      throw .invalid("a depthwise convolution of shape \(x.shape) with weights of shape \(w.shape)")
    }
    guard conv.kernelShape.isEmpty || conv.kernelShape == Array(w.shape[2...]) else {
      throw .invalid("weights of shape \(w.shape) are not of the kernel shape \(conv.kernelShape)")
    }
    let plan = try ChannelsLastWindow(
      x, kernel: Array(w.shape[2...]), strides: conv.strides, dilations: conv.dilations, pads: conv.pads,
      autoPad: conv.autoPad)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: .float, "the bias")
      try require(bias, has: [plan.channels], "the bias")
    }
    let result = try TensorSpec.checked(.float, plan.shape)
    if result.count == 0 { return Prepared([result]) { _ in } }
    let activation = try VectorFunction.fused(conv.activation)
    let (taps, channels) = (plan.window.kernelCount, plan.channels)
    let weightBytes = try checkedProduct(taps * channels, MemoryLayout<Float>.size)
    // Each tap's weights of all channels side by side.
    let pack = { @Sendable (from: UnsafeRawPointer, to: UnsafeMutableRawPointer) in
      onramp_transpose_words(
        to.assumingMemoryBound(to: UInt32.self), channels, from.assumingMemoryBound(to: UInt32.self), taps, taps,
        channels)
    }
    let packed = try operands.packed(1, as: "depthwise-channels-last", byteCount: weightBytes) { elements, address, _ in
      pack(elements, address)
    }
    let hasBias = operands.has(2)
    let (low, high) = (conv.low ?? -.infinity, conv.high ?? .infinity)
    let kernelRow = plan.window.kernel[1] * channels
    return Prepared([result], scratchBytes: packed == nil ? weightBytes : 0) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      if packed == nil { pack(invocation.operand(1, as: UInt8.self), invocation.scratch) }
      nonisolated(unsafe) let weights = UnsafePointer(
        (packed.map { UnsafeMutableRawPointer(mutating: $0.address) } ?? invocation.scratch)
          .assumingMemoryBound(to: Float.self))
      plan.forEachRow(invocation.threads, work: max(1, taps / 8)) { row in
        let to = y + plan.offset(row)
        plan.withRows(row, of: x) { rows, count in
          withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: count + 1) { factors in
            for (i, k) in row.positions.enumerated() {
              factors.initializeElement(at: i, to: weights + k * kernelRow)
            }
            withUnsafePointer(to: row.layout) { layout in
              onramp_window_depthwise(layout, to, rows, factors.baseAddress, count, bias, low, high)
            }
          }
        }
        guard let activation else { return }
        if row.isWhole {
          activation.apply(to, plan.rowCount)
        } else {
          let part = row.layout.end - row.layout.first
          for column in 0..<row.layout.out_width { activation.apply(to + column * channels + row.layout.first, part) }
        }
      }
    }
  }
}
