import CKernels

/// Convolution of operand 0 (batch, channels, spatial...) with the weights of operand 1 (output channels, channels
/// of a group, kernel...); operand 2, one bias for each output channel, is optional.
///
/// In its fused form, of floats only: operand 3, optional, is a tensor of the result's shape to add before the limits,
/// for convolutions that are not depthwise, and an activation applies in the end.
public struct ConvKernel: Kernel {
  public var autoPad: AutoPad
  public var dilations: [Int]
  public var group: Int
  public var kernelShape: [Int]
  public var pads: [Int]
  public var strides: [Int]
  /// What the result is limited to: an activation that the convolution applies in passing.
  public var low: Float?
  public var high: Float?
  /// Applied in the end.
  public var activation: UnaryKernel?

  /// - Parameter kernelShape: empty to take it from the weights.
  public init(
    autoPad: AutoPad = .notSet, dilations: [Int] = [], group: Int = 1, kernelShape: [Int] = [], pads: [Int] = [],
    strides: [Int] = [], low: Float? = nil, high: Float? = nil,
    activation: UnaryKernel? = nil
  ) {
    self.autoPad = autoPad
    self.dilations = dilations
    self.group = group
    self.kernelShape = kernelShape
    self.pads = pads
    self.strides = strides
    self.low = low
    self.high = high
    self.activation = activation
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(w, is: x.type, "operand 1")
    let plan = try ConvPlan(self, x.shape, w.shape)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: x.type, "the bias")
      try require(bias, has: [plan.outputs], "the bias")
    }
    let result = try TensorSpec.checked(x.type, [plan.batch, plan.outputs] + plan.window.output)
    if result.count == 0 { return Prepared([result]) { _ in } }
    let isFused = operands.has(3) || activation != nil
    if let addend = try operands.optionalSpec(3) {
      try require(addend, has: result.shape, "operand 3")
      guard plan.channelsPerGroup > 1 else { throw .unsupported("a depthwise convolution with an addend") }
    }
    guard x.type == .float, isFused || !options.reference else {
      if isFused { throw .unsupported("a fused convolution of \(x.type.name)") }
      return try x.type.numeric(
        Reference(plan: plan, result: result, hasBias: operands.has(2), low: low, high: high))
    }
    return try prepareFast(plan, result, operands)
  }

  private struct Reference: NumericVisitor {
    let plan: ConvPlan
    let result: TensorSpec
    let hasBias: Bool
    let low: Float?
    let high: Float?
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let w = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(2, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let window = plan.window
        let (inputCount, outputCount, kernelCount) = (window.inputCount, window.outputCount, window.kernelCount)
        let low = low.map { T.Sum(double: Double($0)) } ?? .lowest
        let high = high.map { T.Sum(double: Double($0)) } ?? .highest
        guard outputCount > 0 else { return }
        invocation.threads.forRanges(plan.batch * plan.outputs, grain: 1) { range in
          for plane in range {
            let (n, m) = plane.quotientAndRemainder(dividingBy: plan.outputs)
            let firstChannel = m / plan.outputsPerGroup * plan.channelsPerGroup
            var place = WindowWalk(window)
            for o in 0..<outputCount {
              var sum = bias?[m].summand ?? .zero
              place.forEachElement { kernel, element in
                for c in 0..<plan.channelsPerGroup {
                  let a = x[(n * plan.channels + firstChannel + c) * inputCount + element].summand
                  let b = w[(m * plan.channelsPerGroup + c) * kernelCount + kernel].summand
                  sum = sum.adding(a.multiplied(by: b))
                }
              }
              if sum < low { sum = low }
              if sum > high { sum = high }
              y[plane * outputCount + o] = T(sum: sum)
              place.advance()
            }
          }
        }
      }
    }
  }

  // MARK: The fast paths

  private func prepareFast(
    _ plan: ConvPlan, _ result: TensorSpec, _ operands: Operands
  ) throws(KernelError) -> Prepared {
    let window = plan.window
    let rank = window.rank
    let (hasBias, hasAddend) = (operands.has(2), operands.has(3))
    let activation = try VectorFunction.fused(activation)
    // Windows of a padded copy of the image never leave it, so that one table of offsets serves them all.
    let padded = (0..<rank).map { (d: Int) -> Int in
      let reach = (window.kernel[d] - 1) * window.dilations[d] + 1
      return max(window.padsBegin[d] + window.input[d], max(0, window.output[d] - 1) * window.strides[d] + reach)
    }
    let isPadded = padded != window.input
    let image = try TensorSpec.checked(.float, [plan.channels] + padded)
    let planeSize = product(padded)
    let imageBytes = isPadded ? alignedSize(image.byteCount) : 0
    let strides = denseStrides(padded)
    func offsets(_ extents: [Int], _ steps: [Int]) -> [Int] {
      let nest = LoopNest(extents, strides: [zip(steps, strides).map { $0 * $1 }])
      var all: [Int] = []
      all.reserveCapacity(nest.count)
      nest.forEachRun(0..<nest.count) { _, count, offset in
        for i in 0..<count { all.append(offset[0] + i * nest.step[0]) }
      }
      return all
    }
    let kernelOffsets = offsets(window.kernel, window.dilations)
    let outputOffsets = offsets(window.output, window.strides)
    let padImage = PadImage(window: window, padded: padded, channels: plan.channels)
    let (low, high) = (self.low ?? -.infinity, self.high ?? .infinity)
    let (outputCount, kernelCount) = (window.outputCount, window.kernelCount)
    let inputCount = window.inputCount

    if plan.channelsPerGroup == 1, let innermost = window.output.last {
      // Each output channel reads one plane: not enough work for a matrix product.
      let rowStride = window.strides[rank - 1]
      return Prepared([result], scratchBytes: imageBytes) { invocation in
        nonisolated(unsafe) let w = invocation.operand(1, as: Float.self)
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        guard outputCount > 0 else { return }
        for n in 0..<plan.batch {
          var x = invocation.operand(0, as: Float.self) + n * plan.channels * inputCount
          if isPadded {
            padImage.run(x, invocation.scratch.assumingMemoryBound(to: Float.self), invocation.threads)
            x = UnsafePointer(invocation.scratch.assumingMemoryBound(to: Float.self))
          }
          nonisolated(unsafe) let source = x
          if rank == 2, window.strides == [1, 1], innermost < 48 {
            let grain = max(1, cheapGrain / max(1, outputCount * kernelCount))
            invocation.threads.forRanges(plan.outputs, grain: grain) { range in
              kernelOffsets.withUnsafeBufferPointer { taps in
                for m in range {
                  let to = y + (n * plan.outputs + m) * outputCount
                  onramp_depthwise_plane(
                    to, window.output[0], innermost, source + m / plan.outputsPerGroup * planeSize, padded[1],
                    taps.baseAddress, w + m * kernelCount, kernelCount, bias?[m] ?? 0, low, high)
                  activation?.apply(to, outputCount)
                }
              }
            }
            continue
          }
          let rows = outputCount / innermost
          let grain = max(1, cheapGrain / max(1, innermost * kernelCount))
          invocation.threads.forRanges(plan.outputs * rows, grain: grain) { range in
            kernelOffsets.withUnsafeBufferPointer { taps in
              for i in range {
                let (m, row) = i.quotientAndRemainder(dividingBy: rows)
                let to = y + (n * plan.outputs + m) * outputCount + row * innermost
                onramp_depthwise_row(
                  to, innermost,
                  source + m / plan.outputsPerGroup * planeSize + outputOffsets[row * innermost],
                  taps.baseAddress, w + m * kernelCount, kernelCount, rowStride, bias?[m] ?? 0, low, high)
                activation?.apply(to, innermost)
              }
            }
          }
        }
      }
    }

    let depth = plan.channelsPerGroup * kernelCount
    let rowOffsets = (0..<plan.channelsPerGroup).flatMap { c in kernelOffsets.map { c * planeSize + $0 } }
    let columns = FloatProduct.tileColumns
    let panels = (outputCount + columns - 1) / columns
    let segments = Self.segments(outputOffsets, columns)
    // As many columns at a time as keeps the packed windows in the second-level cache.
    let panelsPerBlock = max(4, min(panels, (1 << 18) / max(1, depth * columns)))
    var whole = FloatProduct(m: plan.outputsPerGroup, n: outputCount, k: depth)
    whole.low = low
    whole.high = high
    whole.activation = activation
    let blockBytes = alignedSize(min(panelsPerBlock, panels) * columns * depth * 4)
    return Prepared([result], scratchBytes: imageBytes + blockBytes) { [whole] invocation in
      let threads = invocation.threads
      let scratch = invocation.scratch
      let weights = invocation.operand(1, as: Float.self)
      let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
      nonisolated(unsafe) let windows = (scratch + imageBytes).assumingMemoryBound(to: Float.self)
      for n in 0..<plan.batch {
        var x = invocation.operand(0, as: Float.self) + n * plan.channels * inputCount
        if isPadded {
          padImage.run(x, scratch.assumingMemoryBound(to: Float.self), threads)
          x = UnsafePointer(scratch.assumingMemoryBound(to: Float.self))
        }
        for g in 0..<plan.group {
          nonisolated(unsafe) let source = x + g * plan.channelsPerGroup * planeSize
          let firstOutput = g * plan.outputsPerGroup
          for block in stride(from: 0, to: panels, by: panelsPerBlock) {
            let count = min(panelsPerBlock, panels - block)
            threads.forRanges(count, grain: max(1, cheapGrain / 4 / max(1, depth * columns))) { range in
              for p in range {
                segments.withPanel(block + p) { list, listCount in
                  rowOffsets.withUnsafeBufferPointer { rows in
                    onramp_conv_pack(
                      windows + p * columns * depth,
                      FloatProduct.panelWidth(min(columns, outputCount - (block + p) * columns)), source,
                      rows.baseAddress, depth, list, listCount)
                  }
                }
              }
            }
            var product = whole
            product.n = min(count * columns, outputCount - block * columns)
            let at = (n * plan.outputs + firstOutput) * outputCount + block * columns
            product.run(
              a: .dense(weights + firstOutput * depth, stride: depth), b: windows,
              c: invocation.result(0, as: Float.self) + at, ldc: outputCount,
              rowBias: bias.map { $0 + firstOutput },
              add: hasAddend ? invocation.operand(3, as: Float.self) + at : nil, threads: threads)
          }
        }
      }
    }
  }

  /// The runs of neighbouring image elements in each panel of columns.
  private static func segments(_ offsets: [Int], _ columns: Int) -> PanelSegments {
    var list: [onramp_segment] = []
    var starts = [0]
    for start in stride(from: 0, to: offsets.count, by: columns) {
      let end = min(start + columns, offsets.count)
      var j = start
      while j < end {
        var next = j + 1
        while next < end, offsets[next] == offsets[next - 1] + 1 { next += 1 }
        list.append(onramp_segment(column: j - start, count: next - j, offset: offsets[j]))
        j = next
      }
      starts.append(list.count)
    }
    return PanelSegments(list: list, starts: starts)
  }
}

private struct PanelSegments: @unchecked Sendable {
  let list: [onramp_segment]
  let starts: [Int]

  @inline(__always)
  func withPanel(_ p: Int, _ body: (UnsafePointer<onramp_segment>?, Int) -> Void) {
    list.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + starts[p] }, starts[p + 1] - starts[p]) }
  }
}

/// Copies an image into the middle of a larger one of zeros.
struct PadImage: Sendable {
  let window: WindowGeometry
  let padded: [Int]
  let channels: Int

  func run(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ threads: ThreadPool) {
    let plane = product(padded)
    let inputCount = window.inputCount
    let row = window.input.last ?? 1
    let strides = denseStrides(padded)
    let nest = LoopNest(window.input.dropLast() + [1], strides: [Array(strides.dropLast()) + [0]])
    let start = zip(window.padsBegin, strides).reduce(0) { $0 + $1.0 * $1.1 }
    nonisolated(unsafe) let from = from
    nonisolated(unsafe) let to = to
    threads.forRanges(channels, grain: max(1, cheapGrain / max(1, plane))) { range in
      for c in range {
        let image = to + c * plane
        image.update(repeating: 0, count: plane)
        guard inputCount > 0 else { continue }
        nest.forEachRun(0..<nest.count) { first, count, offset in
          for i in 0..<count {
            (image + start + offset[0] + i * nest.step[0]).update(
              from: from + c * inputCount + (first + i) * row, count: row)
          }
        }
      }
    }
  }
}

/// A convolution's extents, checked.
struct ConvPlan: Sendable {
  let batch: Int
  let channels: Int
  let group: Int
  let outputs: Int
  let window: WindowGeometry

  var channelsPerGroup: Int { channels / group }
  var outputsPerGroup: Int { outputs / group }

  init(_ kernel: ConvKernel, _ x: [Int], _ w: [Int]) throws(KernelError) {
    guard x.count >= 3, w.count == x.count else {
      throw .invalid("a convolution of shape \(x) with weights of shape \(w)")
    }
    let extents = Array(w.dropFirst(2))
    guard kernel.kernelShape.isEmpty || kernel.kernelShape == extents else {
      throw .invalid("weights of shape \(w) are not of the kernel shape \(kernel.kernelShape)")
    }
    let (count, overflow) = w[1].multipliedReportingOverflow(by: kernel.group)
    guard kernel.group > 0, !overflow, x[1] == count, w[0] % kernel.group == 0 else {
      throw .invalid("\(x[1]) channels and weights of shape \(w) do not divide into \(kernel.group) groups")
    }
    batch = x[0]
    channels = x[1]
    group = kernel.group
    outputs = w[0]
    window = try WindowGeometry(
      input: Array(x.dropFirst(2)), kernel: extents, strides: kernel.strides, dilations: kernel.dilations,
      pads: kernel.pads, autoPad: kernel.autoPad)
  }
}
