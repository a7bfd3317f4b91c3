import CKernels

/// The transpose of a convolution: each element of operand 0 (batch, channels, spatial...) adds its multiple of the
/// kernel, operand 1 (channels, output channels of a group, kernel...), to the result; operand 2, the bias, is optional.
///
/// In its fused form, of floats only, limits and an activation apply in the end.
public struct ConvTransposeKernel: Kernel {
  public var autoPad: AutoPad
  public var dilations: [Int]
  public var group: Int
  public var kernelShape: [Int]
  public var outputPadding: [Int]
  /// Spatial extents, from which the padding then follows; empty to use `pads`.
  public var outputShape: [Int]
  public var pads: [Int]
  public var strides: [Int]
  /// What the result is limited to.
  public var low: Float?
  public var high: Float?
  /// Applied in the end.
  public var activation: UnaryKernel?

  public init(
    autoPad: AutoPad = .notSet, dilations: [Int] = [], group: Int = 1, kernelShape: [Int] = [],
    outputPadding: [Int] = [], outputShape: [Int] = [], pads: [Int] = [], strides: [Int] = [], low: Float? = nil,
    high: Float? = nil, activation: UnaryKernel? = nil
  ) {
    self.autoPad = autoPad
    self.dilations = dilations
    self.group = group
    self.kernelShape = kernelShape
    self.outputPadding = outputPadding
    self.outputShape = outputShape
    self.pads = pads
    self.strides = strides
    self.low = low
    self.high = high
    self.activation = activation
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(w, is: x.type, "operand 1")
    let plan = try ConvTransposePlan(self, x.shape, w.shape)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: x.type, "the bias")
      try require(bias, has: [plan.outputs], "the bias")
    }
    let isFused = low != nil || high != nil || activation != nil
    guard x.type == .float || !isFused else { throw .unsupported("a fused transposed convolution of \(x.type.name)") }
    let activation = try VectorFunction.fused(activation)
    let result = try TensorSpec.checked(x.type, [plan.batch, plan.outputs] + plan.geometry.output)
    if result.count == 0 { return Prepared([result]) { _ in } }
    // The products that the kernel's elements and the operand's have before they are added up.
    _ = try TensorSpec.checked(.double, Array(w.shape.dropFirst()) + x.shape.dropFirst(2))
    return try x.type.float(
      Visit(
        plan: plan, result: result, hasBias: operands.has(2), isReference: options.reference, low: low ?? -.infinity,
        high: high ?? .infinity, activation: activation))
  }

  /// Where a transposed convolution's result begins and how large it is.
  public struct Geometry: Hashable, Sendable {
    public var output: [Int]
    public var padsBegin: [Int]
    public var strides: [Int]
    public var dilations: [Int]
  }

  /// - Throws: when the attributes do not fit the dimensions or give negative extents.
  public static func geometry(
    input: [Int], kernel: [Int], strides: [Int], dilations: [Int], pads: [Int], outputPadding: [Int],
    outputShape: [Int], autoPad: AutoPad
  ) throws(KernelError) -> Geometry {
    let rank = input.count
    let strides = strides.isEmpty ? [Int](repeating: 1, count: rank) : strides
    let dilations = dilations.isEmpty ? [Int](repeating: 1, count: rank) : dilations
    let extra = outputPadding.isEmpty ? [Int](repeating: 0, count: rank) : outputPadding
    let pads = pads.isEmpty || autoPad != .notSet ? [Int](repeating: 0, count: 2 * rank) : pads
    guard kernel.count == rank, strides.count == rank, dilations.count == rank, extra.count == rank,
      pads.count == 2 * rank, outputShape.isEmpty || outputShape.count >= rank
    else { throw .invalid("strides, dilations, pads, output padding or output shape do not fit \(rank) dimensions") }
    let limit = 1 << 31
    guard (kernel + strides + dilations).allSatisfy({ $0 > 0 && $0 < limit }),
      (pads + extra).allSatisfy({ $0 >= 0 && $0 < limit }), outputShape.allSatisfy({ $0 >= 0 && $0 < limit })
    else { throw .invalid("strides, dilations, pads, output padding or output shape are out of range") }
    var (output, begins) = ([Int](), [Int]())
    let wanted = outputShape.suffix(rank)
    for d in 0..<rank {
      let reach = try checkedSum(try checkedProduct(kernel[d] - 1, dilations[d]), 1)
      var full = try checkedSum(try checkedProduct(strides[d], max(0, input[d] - 1)), reach)
      full = try checkedSum(full, extra[d])
      let same = autoPad == .sameUpper || autoPad == .sameLower
      if !wanted.isEmpty || same {
        let target = wanted.isEmpty ? try checkedProduct(input[d], strides[d]) : wanted[wanted.startIndex + d]
        let total = max(0, full - target)
        begins.append(autoPad == .sameUpper ? total / 2 : total - total / 2)
        output.append(target)
      } else {
        let extent = full - pads[d] - pads[rank + d]
        guard extent >= 0 else { throw .invalid("negative extent \(extent)") }
        begins.append(pads[d])
        output.append(extent)
      }
    }
    return Geometry(output: output, padsBegin: begins, strides: strides, dilations: dilations)
  }

  private struct Visit: FloatVisitor {
    let plan: ConvTransposePlan
    let result: TensorSpec
    let hasBias: Bool
    let isReference: Bool
    let low: Float
    let high: Float
    let activation: VectorFunction?

    private var kernel: [Int] { plan.kernel }
    private var geometry: Geometry { plan.geometry }
    private var input: [Int] { plan.input }

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      let (inputCount, outputCount, kernelCount) = (product(input), product(geometry.output), product(kernel))
      let (batch, channels, outputs, group) = (plan.batch, plan.channels, plan.outputs, plan.group)
      let (outputsPerGroup, channelsPerGroup) = (plan.outputsPerGroup, plan.channelsPerGroup)
      let strides = denseStrides(geometry.output)
      // One row of the product for each output channel's kernel element, one column for each input element.
      let rows = outputsPerGroup * kernelCount
      let isFast = T.self == Float.self && !isReference
      let multiply = FloatProduct(m: rows, n: inputCount, k: channelsPerGroup)
      let aBytes = alignedSize(rows * channelsPerGroup * 4)
      let bBytes = alignedSize(multiply.packedCount * 4)
      let sumBytes = alignedSize(rows * inputCount * MemoryLayout<T.Compute>.size)
      return Prepared([result], scratchBytes: sumBytes + (isFast ? aBytes + bBytes : 0)) { [self] invocation in
        let threads = invocation.threads
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let w = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(2, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        nonisolated(unsafe) let sums = invocation.scratch.assumingMemoryBound(to: T.Compute.self)
        for n in 0..<batch {
          for g in 0..<group {
            let image = x + (n * channels + g * channelsPerGroup) * inputCount
            let weights = w + g * channelsPerGroup * rows
            if isFast {
              let a = (invocation.scratch + sumBytes).assumingMemoryBound(to: Float.self)
              let b = (invocation.scratch + sumBytes + aBytes).assumingMemoryBound(to: Float.self)
              onramp_transpose_words(
                (invocation.scratch + sumBytes).assumingMemoryBound(to: UInt32.self), channelsPerGroup,
                UnsafeRawPointer(weights).assumingMemoryBound(to: UInt32.self), rows, rows, channelsPerGroup)
              multiply.pack(
                count: 1, from: UnsafeRawPointer(image).assumingMemoryBound(to: Float.self), at: { _ in 0 }, stride: 1,
                kStride: inputCount, to: b, threads: threads)
              multiply.run(
                a: .dense(a, stride: channelsPerGroup), b: b,
                c: UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Float.self), ldc: inputCount,
                threads: threads)
            } else {
              threads.forRanges(rows, grain: 1) { range in
                for r in range {
                  multiplyRow(
                    weights + r, rows, image, inputCount, 1, inputCount, channelsPerGroup, into: sums + r * inputCount,
                    \.compute)
                }
              }
            }
            threads.forRanges(outputsPerGroup, grain: 1) { range in
              withUnsafeTemporaryAllocation(of: T.Compute.self, capacity: outputCount) { memory in
                guard let plane = memory.baseAddress else { return }
                for m in range {
                  let channel = g * outputsPerGroup + m
                  let start = bias?[channel].compute ?? 0
                  for o in 0..<outputCount { plane[o] = start }
                  scatter(sums + m * kernelCount * inputCount, plane, strides, inputCount, kernelCount)
                  let to = y + (n * outputs + channel) * outputCount
                  for o in 0..<outputCount { to[o] = T(compute: plane[o]) }
                  finish(UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self), outputCount)
                }
              }
            }
          }
        }
      }
    }

    /// Applies to floats what applies in the end.
    private func finish(_ y: UnsafeMutablePointer<Float>, _ count: Int) {
      if low > -.infinity || high < .infinity {
        onramp_map(ONRAMP_CLIP, low, high, y, y, count)
      }
      activation?.apply(y, count)
    }

    /// Adds each kernel element's row of the product to the output plane.
    private func scatter<C: BinaryFloatingPoint>(
      _ sums: UnsafePointer<C>, _ plane: UnsafeMutablePointer<C>, _ strides: [Int], _ inputCount: Int,
      _ kernelCount: Int
    ) {
      let rank = input.count
      guard inputCount > 0 else { return }
      var tap = [Int](repeating: 0, count: rank)
      var place = [Int](repeating: 0, count: rank)
      let width = input[rank - 1]
      for k in 0..<kernelCount {
        for d in 0..<rank { place[d] = 0 }
        let row = sums + k * inputCount
        let columnShift = tap[rank - 1] * geometry.dilations[rank - 1] - geometry.padsBegin[rank - 1]
        let step = geometry.strides[rank - 1]
        for start in stride(from: 0, to: inputCount, by: width) {
          var base = 0
          var isInside = true
          for d in 0..<rank - 1 {
            let at = place[d] * geometry.strides[d] + tap[d] * geometry.dilations[d] - geometry.padsBegin[d]
            if at < 0 || at >= geometry.output[d] { isInside = false }
            base += at * strides[d]
          }
          if isInside {
            let first = columnShift >= 0 ? 0 : (step - 1 - columnShift) / step
            let room = geometry.output[rank - 1] - columnShift
            let end = room <= 0 ? 0 : min(width, (room + step - 1) / step)
            for i in first..<max(first, end) { plane[base + columnShift + i * step] += row[start + i] }
          }
          var d = rank - 2
          while d >= 0 {
            place[d] += 1
            if place[d] < input[d] { break }
            place[d] = 0
            d -= 1
          }
        }
        var d = rank - 1
        while d >= 0 {
          tap[d] += 1
          if tap[d] < kernel[d] { break }
          tap[d] = 0
          d -= 1
        }
      }
    }
  }
}

/// A transposed convolution's extents, checked.
struct ConvTransposePlan: Sendable {
  let batch: Int
  let channels: Int
  let group: Int
  let outputs: Int
  let input: [Int]
  let kernel: [Int]
  let geometry: ConvTransposeKernel.Geometry

  var channelsPerGroup: Int { channels / group }
  var outputsPerGroup: Int { outputs / group }

  init(_ transpose: ConvTransposeKernel, _ x: [Int], _ w: [Int]) throws(KernelError) {
    group = transpose.group
    guard x.count >= 3, w.count == x.count, group > 0, x[1] == w[0], x[1] % group == 0 else {
      throw .invalid("a transposed convolution of shape \(x) with weights of shape \(w)")
    }
    kernel = Array(w.dropFirst(2))
    guard transpose.kernelShape.isEmpty || transpose.kernelShape == kernel else {
      throw .invalid("weights of shape \(w) are not of the kernel shape \(transpose.kernelShape)")
    }
    batch = x[0]
    channels = x[1]
    outputs = try checkedProduct(w[1], group)
    input = Array(x.dropFirst(2))
    geometry = try ConvTransposeKernel.geometry(
      input: input, kernel: kernel, strides: transpose.strides, dilations: transpose.dilations, pads: transpose.pads,
      outputPadding: transpose.outputPadding, outputShape: transpose.outputShape, autoPad: transpose.autoPad)
  }
}
