import CKernels

/// Depthwise convolution of operand 0, images of floats with channels last (batch, height, width, channels) or sequences
/// (batch, length, channels), with the weights of operand 1 (channels, 1, kernel...); operand 2, one bias for each channel,
/// is optional. Limits, then an activation apply in the end.
public struct ChannelsLastDepthwiseConvKernel: Kernel {
  /// The attributes, with what applies in the end; the number of groups is not read.
  public var conv: ConvKernel

  public init(_ conv: ConvKernel) { self.conv = conv }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try DepthwiseRows(conv, try operands.spec(0), operands)
    let plan = rows.plan
    let result = try TensorSpec.checked(.float, plan.shape)
    if result.count == 0 { return Prepared([result]) { _ in } }
    let packed = try rows.packed(operands)
    return Prepared([result], scratchBytes: packed == nil ? rows.weightBytes : 0) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      nonisolated(unsafe) let (weights, bias) = (
        rows.weights(packed, invocation, invocation.scratch), rows.bias(invocation)
      )
      plan.forEachRow(invocation.threads, work: max(1, plan.window.kernelCount / 8)) { row in
        rows.compute(row, { plan.line($0, of: row, in: x) }, weights: weights, bias: bias, to: y + plan.offset(row))
      }
    }
  }
}

/// How rows of a depthwise convolution are computed.
struct DepthwiseRows: Sendable {
  let plan: ChannelsLastWindow
  /// The size of the packed weights.
  let weightBytes: Int
  private let hasBias: Bool
  private let low: Float
  private let high: Float
  private let activation: VectorFunction?

  /// - Parameters:
  ///   - x: the type of the images.
  ///   - operands: of which number 1 are the weights and number 2 the bias.
  init(_ conv: ConvKernel, _ x: TensorSpec, _ operands: Operands) throws(KernelError) {
    let w = try operands.spec(1)
    try require(w, is: .float, "the weights")
    guard x.rank >= 3, w.rank == x.rank, w.shape[0] == x.shape.last, w.shape[1] == 1 else {
      throw .invalid("a depthwise convolution of shape \(x.shape) with weights of shape \(w.shape)")
    }
    guard conv.kernelShape.isEmpty || conv.kernelShape == Array(w.shape[2...]) else {
      throw .invalid("weights of shape \(w.shape) are not of the kernel shape \(conv.kernelShape)")
    }
    plan = try ChannelsLastWindow(
      x, kernel: Array(w.shape[2...]), strides: conv.strides, dilations: conv.dilations, pads: conv.pads,
      autoPad: conv.autoPad)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: .float, "the bias")
      try require(bias, has: [plan.channels], "the bias")
    }
    weightBytes = try checkedProduct(plan.window.kernelCount * plan.channels, MemoryLayout<Float>.size)
    hasBias = operands.has(2)
    (low, high) = (conv.low ?? -.infinity, conv.high ?? .infinity)
    activation = try .fused(conv.activation)
  }

  /// The weights in the order in which `compute` reads them, where they are constant.
  func packed(_ operands: Operands) throws(KernelError) -> Tensor? {
    try operands.packed(1, as: "depthwise-channels-last", byteCount: weightBytes) { elements, address, _ in
      pack(elements, to: address)
    }
  }

  /// Each tap's weights of all channels side by side.
  private func pack(_ from: UnsafeRawPointer, to: UnsafeMutableRawPointer) {
    let (taps, channels) = (plan.window.kernelCount, plan.channels)
    onramp_transpose_words(
      to.assumingMemoryBound(to: UInt32.self), channels, from.assumingMemoryBound(to: UInt32.self), taps, taps,
      channels)
  }

  /// The packed weights; those that are not constant are packed now, into `room`.
  func weights(
    _ packed: Tensor?, _ invocation: borrowing Invocation, _ room: UnsafeMutableRawPointer
  ) -> UnsafePointer<Float> {
    if let packed { return packed.address.assumingMemoryBound(to: Float.self) }
    pack(invocation.operand(1, as: UInt8.self), to: room)
    return UnsafePointer(room.assumingMemoryBound(to: Float.self))
  }

  func bias(_ invocation: borrowing Invocation) -> UnsafePointer<Float>? { hasBias ? invocation.operand(2) : nil }

  /// Computes one row of the result.
  ///
  /// - Parameter line: where a row of the row's image is.
  @inline(__always)
  func compute(
    _ row: ChannelsLastWindow.Row, _ line: (Int) -> UnsafePointer<Float>, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, to y: UnsafeMutablePointer<Float>
  ) {
    let channels = plan.channels
    let kernelRow = plan.window.kernel[1] * channels
    plan.withRows(row, line) { rows, count in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: count + 1) { factors in
        for (i, k) in row.positions.enumerated() { factors.initializeElement(at: i, to: weights + k * kernelRow) }
        withUnsafePointer(to: row.layout) { layout in
          onramp_window_depthwise(layout, y, rows, factors.baseAddress, count, bias, low, high)
        }
      }
    }
    guard let activation else { return }
    if row.isWhole {
      activation.apply(y, plan.rowCount)
    } else {
      let part = row.layout.end - row.layout.first
      for column in 0..<row.layout.out_width { activation.apply(y + column * channels + row.layout.first, part) }
    }
  }
}
