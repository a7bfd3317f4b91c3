import CKernels

/// The transpose of a convolution of floats over images, operand 0 laid out as (batch, height, width, channels), or over
/// sequences (batch, length, channels), as the result is. Operand 1 holds the weights as the standard lays them out:
/// (channels, output channels of a group, kernel...); operand 2, one bias for each output channel, is optional. Limits,
/// then an activation apply in the end.
///
/// Places of the result a stride apart meet the same elements of the kernel: they are an ordinary convolution of stride 1
/// by these elements. So there is one product for each place within a stride, whose rows are written where they belong.
public struct ChannelsLastConvTransposeKernel: Kernel {
  /// The attributes, with what applies in the end.
  public var transpose: ConvTransposeKernel

  public init(_ transpose: ConvTransposeKernel) { self.transpose = transpose }

  /// The most places that a stride, in all dimensions, may have.
  public static let maximalStride = 1024

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(x, is: .float, "operand 0")
    try require(w, is: .float, "operand 1")
    let plan = try ConvTransposePlan(transpose, channelsLast: x.shape, w.shape)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: .float, "the bias")
      try require(bias, has: [plan.outputs], "the bias")
    }
    let (output, strides) = (plan.geometry.output, plan.geometry.strides)
    let result = try TensorSpec.checked(.float, [plan.batch] + output.suffix(x.rank - 2) + [plan.outputs])
    if result.count == 0 { return Prepared([result]) { _ in } }
    guard product(plan.kernel) <= ChannelsLastConvKernel.maximalWindow,
      try checkedProduct(strides[0], strides[1]) <= Self.maximalStride
    else {
      throw .unsupported("a channels-last transposed convolution by a kernel of \(plan.kernel), \(strides) apart")
    }
    let phases = Phases(plan)
    let packed = try operands.packed(1, as: phases.form, byteCount: phases.byteCount) { elements, address, threads in
      phases.pack(elements.assumingMemoryBound(to: Float.self), to: address, threads)
    }
    let hasBias = operands.has(2)
    let weightBytes = packed == nil ? alignedSize(phases.byteCount) : 0
    let zeros = try Zeros(count: phases.weights.channels)
    var whole = FloatProduct(m: 0, n: phases.weights.outputs, k: phases.weights.channels)
    whole.low = transpose.low ?? -.infinity
    whole.high = transpose.high ?? .infinity
    whole.activation = try .fused(transpose.activation)
    return Prepared([result], scratchBytes: weightBytes) { [whole] invocation in
      let (x, y) = (invocation.operand(0, as: Float.self), invocation.result(0, as: Float.self))
      let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
      if packed == nil { phases.pack(invocation.operand(1), to: invocation.scratch, invocation.threads) }
      let b = (packed?.address ?? UnsafeRawPointer(invocation.scratch)).assumingMemoryBound(to: Float.self)
      phases.forEach(invocation.threads) { phase, n, lines, group in
        var product = whole
        product.m = lines.count * phase.columns.count
        product.taps = phase.weights.taps.count
        product.lines = (phase.columns.count, strides[0] * output[1] * plan.outputs)
        let row = phase.rows.first + lines.lowerBound * strides[0]
        let at = ((n * output[0] + row) * output[1] + phase.columns.first) * plan.outputs
        let first = group * phase.weights.outputs
        product.run(
          a: .windows(
            phase.windows(plan, from: lines.lowerBound),
            image: x + n * plan.input[0] * plan.input[1] * plan.channels + group * phase.weights.channels,
            zeros: zeros.address),
          b: b + phase.start + group * phase.weights.groupCount, c: y + at + first, ldc: strides[1] * plan.outputs,
          columnBias: bias.map { $0 + first }, threads: invocation.threads)
      }
    }
  }
}

extension ConvTransposePlan {
  /// A transposed convolution of images laid out as (batch, height, width, channels), or of sequences (batch, length,
  /// channels), images of one row.
  init(_ transpose: ConvTransposeKernel, channelsLast x: [Int], _ w: [Int]) throws(KernelError) {
    guard x.count == 3 || x.count == 4, w.count == x.count else {
      throw .invalid("a channels-last transposed convolution of shape \(x) with weights of shape \(w)")
    }
    let rank = x.count - 2
    var transpose = transpose
    transpose.kernelShape = transpose.kernelShape.overImages(rank: rank)
    transpose.strides = transpose.strides.overImages(rank: rank)
    transpose.dilations = transpose.dilations.overImages(rank: rank)
    transpose.outputPadding = transpose.outputPadding.overImages(rank: rank, row: 0)
    transpose.outputShape = transpose.outputShape.suffix(rank).overImages(rank: rank)
    transpose.pads = transpose.pads.padsOverImages(rank: rank)
    try self.init(transpose, x.channelsFirst, w[..<2] + Array(w[2...]).overImages(rank: rank))
  }
}

/// The convolutions that a transposed one is made of.
private struct Phases: Sendable {
  /// The places of the result along one dimension, a stride apart, that meet the same elements of the kernel.
  struct Places: Sendable {
    /// The first place, and how many there are.
    let first: Int
    let count: Int
    /// The kernel's elements in the order of the input's that they meet, `step` apart from `start` on for the first place.
    let taps: [Int?]
    let start: Int
    let step: Int
  }

  /// The places in a stride of rows and one of columns.
  struct Phase: Sendable {
    let rows: Places
    let columns: Places
    let weights: WindowWeights
    /// Where the packed weights begin.
    let start: Int

    /// The windows of stride 1 under the phase's places, from a line of them on.
    func windows(_ plan: ConvTransposePlan, from line: Int) -> onramp_conv_windows {
      onramp_conv_windows(
        height: plan.input[0], width: plan.input[1], pitch: plan.channels, output_width: columns.count,
        kernel: (rows.taps.count, columns.taps.count), stride: (1, 1), dilation: (rows.step, columns.step),
        pad: (-rows.start - line, -columns.start))
    }
  }

  private let plan: ConvTransposePlan
  private let phases: [Phase]
  /// The size of all packed weights.
  let byteCount: Int

  init(_ plan: ConvTransposePlan) {
    self.plan = plan
    let kernelCount = product(plan.kernel)
    var (phases, count) = ([Phase](), 0)
    let columns = Self.places(plan, 1)
    for rows in Self.places(plan, 0) {
      for columns in columns {
        let taps = rows.taps.flatMap { y in
          columns.taps.map { x in y.flatMap { y in x.map { y * plan.kernel[1] + $0 } } }
        }
        let weights = WindowWeights(
          groups: plan.group, channels: plan.channelsPerGroup, outputs: plan.outputsPerGroup, taps: taps,
          kernelCount: kernelCount, channelStride: plan.outputsPerGroup * kernelCount, outputStride: kernelCount)
        phases.append(Phase(rows: rows, columns: columns, weights: weights, start: count))
        count += weights.count
      }
    }
    self.phases = phases
    byteCount = count * MemoryLayout<Float>.size
  }

  /// Element k of the kernel meets an element of the input where the place, padding included, less k dilations is a
  /// multiple of the stride.
  private static func places(_ plan: ConvTransposePlan, _ d: Int) -> [Places] {
    let (stride, dilation) = (plan.geometry.strides[d], plan.geometry.dilations[d])
    let output = plan.geometry.output[d]
    return (0..<min(stride, output)).map { first in
      let place = first + plan.geometry.padsBegin[d]
      let taps = (0..<plan.kernel[d]).reversed().filter { (place - $0 * dilation) % stride == 0 }
      let count = (output - first + stride - 1) / stride
      // Where the kernel has nothing, zeros are read from behind the input.
      guard let last = taps.first else {
        return Places(first: first, count: count, taps: [nil], start: plan.input[d], step: 1)
      }
      return Places(
        first: first, count: count, taps: taps, start: (place - last * dilation) / stride,
        step: taps.count > 1 ? (last - taps[1]) * dilation / stride : 1)
    }
  }

  /// Channels and outputs of a group are all phases' the same.
  var weights: WindowWeights { phases[0].weights }

  /// A name for the packed weights, and for all that they depend on.
  var form: String {
    let geometry = plan.geometry
    return "channels last, transposed: \(weights.form), \(geometry.strides) and \(geometry.dilations) apart from "
      + "\(geometry.padsBegin) for \(phases.count) phases"
  }

  func pack(_ from: UnsafePointer<Float>, to: UnsafeMutableRawPointer, _ threads: ThreadPool?) {
    for phase in phases { phase.weights.pack(from, to: to.assumingMemoryBound(to: Float.self) + phase.start, threads) }
  }

  /// Calls `body` for some lines of a phase at a time, all phases of the same lines in turn, so that they find the input in
  /// the cache.
  func forEach(
    _ threads: ThreadPool, _ body: (_ phase: Phase, _ image: Int, _ lines: Range<Int>, _ group: Int) -> Void
  ) {
    // The first phase has the most places.
    let blocks = WindowBlocks(
      batch: plan.batch, groups: weights.groups, lines: phases[0].rows.count, width: phases[0].columns.count,
      threads: threads.threadCount)
    blocks.forEach(threads) { image, lines, group in
      for phase in phases {
        let lines = lines.clamped(to: 0..<phase.rows.count)
        if !lines.isEmpty { body(phase, image, lines, group) }
      }
    }
  }
}
