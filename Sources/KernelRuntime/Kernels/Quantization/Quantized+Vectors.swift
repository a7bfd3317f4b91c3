import CKernels

/// Products of 8-bit integers by vectors of pairs of 16 bits, whose sums of 32 bits are exact as the operator's are.
extension QuantizedProduct {
  /// One quantized operand whose zero point is one number or one for each row or column of a matrix.
  private struct Parameters: Sendable {
    let index: Int
    let range: NarrowRange
    private let zeroIndex: Int?
    let zeroCount: Int
    /// Zero points that are the same in every run.
    let knownZeros: [Int32]?

    /// - Parameter count: how many zero points there may be besides one.
    init?(_ operands: Operands, _ factor: Factor, count: Int) throws(KernelError) {
      guard let range = NarrowRange(try operands.spec(factor.index).type) else { return nil }
      self.range = range
      index = factor.index
      guard let zero = try operands.optionalSpec(factor.zeroIndex) else {
        (zeroIndex, zeroCount, knownZeros) = (nil, 1, [0])
        return
      }
      guard zero.count == 1 || zero.shape == [count] else { return nil }
      zeroIndex = factor.zeroIndex
      zeroCount = zero.count
      let isConstant = operands.list[factor.zeroIndex]?.value != nil
      knownZeros = isConstant ? try operands.integers(factor.zeroIndex).map { Int32(truncatingIfNeeded: $0) } : nil
    }

    var isSigned: Int32 { range.isSigned ? 1 : 0 }

    /// The first zero point.
    func zero(_ invocation: borrowing Invocation) -> Int32 {
      zeroIndex.map { range.number(invocation.operand($0, as: UInt8.self)[0]) } ?? 0
    }

    func readZeros(_ invocation: borrowing Invocation, _ to: UnsafeMutablePointer<Int32>) {
      guard let zeroIndex else { return to.update(repeating: 0, count: zeroCount) }
      let zeros = invocation.operand(zeroIndex, as: UInt8.self)
      for i in 0..<zeroCount { to[i] = range.number(zeros[i]) }
    }

    /// What a packed form depends on besides the operand's elements.
    func form(_ zeros: [Int32]) -> String {
      let type = range.isSigned ? "int8" : "uint8"
      if let first = zeros.first, zeros.allSatisfy({ $0 == first }) { return "\(type) less \(first)" }
      let sum = zeros.withUnsafeBytes { onramp_checksum($0.baseAddress, $0.count) }
      return "\(type) less zero points of checksum \(sum)"
    }
  }

  /// How sums of rows or columns become numbers of 8 bits.
  private struct Scales: Sendable {
    let range: NarrowRange
    private let r: Requantization
    let count: Int

    /// - Parameter count: how many scales the second factor may have besides one.
    init?(_ operands: Operands, _ r: Requantization, count: Int) throws(KernelError) {
      let (a, b) = (try operands.spec(r.scales.a), try operands.spec(r.scales.b))
      guard let range = NarrowRange(try operands.spec(r.zeroIndex).type), a.type == .float, a.count == 1,
        b.count == 1 || b.shape == [count]
      else { return nil }
      self.range = range
      self.r = r
      self.count = b.count
    }

    func quantization(_ invocation: borrowing Invocation) -> onramp_quantization {
      range.quantization(Float(range.number(invocation.operand(r.zeroIndex, as: UInt8.self)[0])))
    }

    /// Writes what the sums of each of `n` rows or columns are multiplied by.
    func readFactors(_ invocation: borrowing Invocation, _ to: UnsafeMutablePointer<Float>, _ n: Int) {
      let a = invocation.operand(r.scales.a, as: Float.self)[0]
      let b = invocation.operand(r.scales.b, as: Float.self)
      let y = invocation.operand(r.scales.y, as: Float.self)[0]
      for i in 0..<n { to[i] = a * b[count == 1 ? 0 : i] / y }
    }
  }

  private static func even(_ k: Int) -> Int { k + k % 2 }

  /// - Returns: nil where parameters vary with more than B's columns.
  func vectorizedMatMul(_ operands: Operands, _ result: TensorSpec) throws(KernelError) -> Prepared? {
    let (aSpec, bSpec) = (try operands.spec(a.index), try operands.spec(b.index))
    let plan = try MatMulPlan(aSpec.shape, bSpec.shape)
    let (n, k, depth) = (plan.n, plan.k, Self.even(plan.k))
    guard let left = try Parameters(operands, a, count: 1), let right = try Parameters(operands, b, count: n) else {
      return nil
    }
    var scales: Scales?
    if let requantization {
      guard let given = try Scales(operands, requantization, count: n) else { return nil }
      scales = given
    }
    if result.count == 0 { return Prepared([result]) { _ in } }
    // One matrix B for many A: their rows make a single tall A.
    let isTall = plan.aIsDense && plan.bOffsets.allSatisfy { $0 == 0 }
    let (rows, batches) = isTall ? (plan.m * plan.batchCount, 1) : (plan.m, plan.batchCount)
    let panelColumns = ONRAMP_PANEL_COLUMNS
    let panels = (n + panelColumns - 1) / panelColumns
    let panelSize = depth * panelColumns
    let bBytes = try checkedProduct(plan.bBatches, checkedProduct(panels, panelSize * 2))
    let aRows = plan.aBatches * plan.m
    let aBytes = alignedSize(try checkedProduct(aRows, depth * 2))

    @Sendable func pack(
      _ from: UnsafeRawPointer, _ zeros: UnsafePointer<Int32>, _ to: UnsafeMutableRawPointer, _ threads: ThreadPool?
    ) {
      nonisolated(unsafe) let from = from.assumingMemoryBound(to: UInt8.self)
      nonisolated(unsafe) let (to, zeros) = (to.assumingMemoryBound(to: Int16.self), zeros)
      let hasMany = right.zeroCount > 1
      func packPanel(_ i: Int) {
        let (batch, panel) = i.quotientAndRemainder(dividingBy: panels)
        let first = panel * panelColumns
        onramp_pack_panels(
          to + i * panelSize, from + batch * k * n + first, right.isSigned, 1, n, hasMany ? zeros + first : nil,
          zeros[0],
          min(panelColumns, n - first), k)
      }
      let count = plan.bBatches * panels
      if let threads { threads.forEach(count, packPanel) } else { (0..<count).forEach(packPanel) }
    }

    var packed: Tensor?
    if let zeros = right.knownZeros {
      packed = try operands.packed(
        b.index, as: "panels of \(panelColumns) columns of pairs, \(k)×\(n), \(right.form(zeros))", byteCount: bBytes
      ) { elements, address, threads in
        zeros.withUnsafeBufferPointer { if let zeros = $0.baseAddress { pack(elements, zeros, address, threads) } }
      }
    }
    // A widened, B's zero points and panels, sums to be scaled, and their factors.
    let atZeros = aBytes
    let atPanels = atZeros + (packed == nil ? alignedSize(right.zeroCount * 4) : 0)
    let atSums = atPanels + (packed == nil ? alignedSize(bBytes) : 0)
    let atFactors = atSums + (scales == nil ? 0 : alignedSize(try checkedProduct(result.count, 4)))
    let total = atFactors + (scales == nil ? 0 : alignedSize(n * 4))
    let (aIndex, bIndex) = (a.index, b.index)
    return Prepared([result], scratchBytes: total) { [packed, scales] invocation in
      nonisolated(unsafe) let scratch = invocation.scratch
      let threads = invocation.threads
      nonisolated(unsafe) let x = invocation.operand(aIndex, as: UInt8.self)
      nonisolated(unsafe) let wide = scratch.assumingMemoryBound(to: Int16.self)
      let zero = left.zero(invocation)
      threads.forRanges(aRows, grain: max(1, cheapGrain / max(1, k))) { range in
        for row in range {
          onramp_widen(wide + row * depth, x + row * k, left.isSigned, zero, k)
          if depth > k { wide[row * depth + k] = 0 }
        }
      }
      if packed == nil {
        let zeros = (scratch + atZeros).assumingMemoryBound(to: Int32.self)
        right.readZeros(invocation, zeros)
        pack(invocation.operand(bIndex, as: UInt8.self), zeros, scratch + atPanels, threads)
      }
      nonisolated(unsafe) let y = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      nonisolated(unsafe) let panelsAt = (packed?.address ?? UnsafeRawPointer(scratch + atPanels))
        .assumingMemoryBound(to: Int16.self)
      nonisolated(unsafe) let sums = (scales == nil ? y : scratch + atSums).assumingMemoryBound(to: Int32.self)
      nonisolated(unsafe) let factors = (scratch + atFactors).assumingMemoryBound(to: Float.self)
      scales?.readFactors(invocation, factors, n)
      let quantization = scales?.quantization(invocation)
      // Enough parts to keep the threads even: of columns first, which read their part of B once.
      let most = threads.threadCount == 1 ? 1 : 4 * threads.threadCount
      let columnParts = min(panels, most)
      let tiles = (rows + ONRAMP_TILE_ROWS - 1) / ONRAMP_TILE_ROWS
      let rowParts = min(tiles, max(1, most / columnParts))
      threads.forEach(batches * rowParts * columnParts) { part in
        let (outer, columnPart) = part.quotientAndRemainder(dividingBy: columnParts)
        let (batch, rowPart) = outer.quotientAndRemainder(dividingBy: rowParts)
        let (firstPanel, endPanel) = (panels * columnPart / columnParts, panels * (columnPart + 1) / columnParts)
        let top = tiles * rowPart / rowParts * ONRAMP_TILE_ROWS
        let bottom = min(rows, tiles * (rowPart + 1) / rowParts * ONRAMP_TILE_ROWS)
        let first = firstPanel * panelColumns
        let columns = min(n, endPanel * panelColumns) - first
        let aRow = isTall ? top : plan.aOffsets[batch] * plan.m + top
        let bPanel = (isTall ? 0 : plan.bOffsets[batch]) * panels + firstPanel
        let at = (batch * rows + top) * n + first
        onramp_igemm(
          sums + at, n, wide + aRow * depth, depth, panelsAt + bPanel * panelSize, bottom - top, columns, depth / 2)
        guard let quantization else { return }
        for row in 0..<bottom - top {
          let to = (y + at + row * n).assumingMemoryBound(to: UInt8.self)
          onramp_requantize_each(to, sums + at + row * n, factors + first, quantization, columns)
        }
      }
    }
  }

  /// - Returns: nil where parameters vary with more than the output channels, and for images of three dimensions.
  func vectorizedConv(
    _ conv: ConvKernel, _ operands: Operands, _ result: TensorSpec
  ) throws(KernelError) -> Prepared? {
    let (xSpec, wSpec) = (try operands.spec(a.index), try operands.spec(b.index))
    let plan = try ConvPlan(conv, xSpec.shape, wSpec.shape)
    let window = plan.window
    guard window.rank <= 2, let image = try Parameters(operands, a, count: 1),
      let filter = try Parameters(operands, b, count: plan.outputs)
    else { return nil }
    var scales: Scales?
    if let requantization {
      guard let given = try Scales(operands, requantization, count: plan.outputs) else { return nil }
      scales = given
    }
    if result.count == 0 { return Prepared([result]) { _ in } }
    let patches = try Patches(plan)
    let kernelSize = plan.channelsPerGroup * window.kernelCount
    let depth = Self.even(kernelSize)
    let wBytes = try checkedProduct(plan.outputs, depth * 2)

    @Sendable func widen(
      _ from: UnsafeRawPointer, _ zeros: UnsafePointer<Int32>, _ to: UnsafeMutableRawPointer, _ threads: ThreadPool?
    ) {
      nonisolated(unsafe) let from = from.assumingMemoryBound(to: UInt8.self)
      nonisolated(unsafe) let (to, zeros) = (to.assumingMemoryBound(to: Int16.self), zeros)
      let widenRows = { (rows: Range<Int>) in
        for row in rows {
          let zero = zeros[filter.zeroCount > 1 ? row : 0]
          onramp_widen(to + row * depth, from + row * kernelSize, filter.isSigned, zero, kernelSize)
          if depth > kernelSize { to[row * depth + kernelSize] = 0 }
        }
      }
      let grain = max(1, cheapGrain / max(1, kernelSize))
      if let threads { threads.forRanges(plan.outputs, grain: grain, widenRows) } else { widenRows(0..<plan.outputs) }
    }

    var packed: Tensor?
    if let zeros = filter.knownZeros {
      packed = try operands.packed(
        b.index, as: "rows of pairs, \(plan.outputs)×\(kernelSize), \(filter.form(zeros))", byteCount: wBytes
      ) { elements, address, threads in
        zeros.withUnsafeBufferPointer { if let zeros = $0.baseAddress { widen(elements, zeros, address, threads) } }
      }
    }
    let threadCount = operands.threads?.threadCount ?? 1
    let (outputs, outputCount) = (plan.outputsPerGroup, window.outputCount)
    let panelColumns = ONRAMP_PANEL_COLUMNS
    let panels = (outputCount + panelColumns - 1) / panelColumns
    // Patches that stay in the second-level cache while the weights pass by, and enough blocks for all threads.
    let most = max(1, (1 << 16) / max(1, depth * panelColumns))
    // Where each output channel reads one plane, there is not enough work for a matrix product.
    let isDepthwise = plan.channelsPerGroup == 1
    let blockPanels = isDepthwise ? panels : min(most, max(1, panels * plan.group / threadCount), panels)
    let blocks = (panels + blockPanels - 1) / blockPanels
    let blockColumns = blockPanels * panelColumns
    let patchBytes = isDepthwise ? 0 : alignedSize(blockColumns * depth * 2)
    let sumBytes = alignedSize((isDepthwise ? 1 : outputs) * blockColumns * 4)
    let laneBytes = patchBytes + (scales == nil ? 0 : sumBytes)
    // The image widened, the weights' zero points and rows, the factors of sums, and what each thread works in.
    let atZeros = alignedSize(patches.imageCount * 2)
    let atFilter = atZeros + (packed == nil ? alignedSize(filter.zeroCount * 4) : 0)
    let atFactors = atFilter + (packed == nil ? alignedSize(wBytes) : 0)
    let atLanes = atFactors + (scales == nil ? 0 : alignedSize(plan.outputs * 4))
    let total = atLanes + (try checkedProduct(threadCount, laneBytes))
    let (xIndex, wIndex) = (a.index, b.index)
    let biasIndex = bias.flatMap { operands.has($0) ? $0 : nil }
    return Prepared([result], scratchBytes: total) { [packed, scales] (invocation: borrowing Invocation) in
      nonisolated(unsafe) let scratch = invocation.scratch
      let threads = invocation.threads
      if packed == nil {
        let zeros = (scratch + atZeros).assumingMemoryBound(to: Int32.self)
        filter.readZeros(invocation, zeros)
        widen(invocation.operand(wIndex, as: UInt8.self), zeros, scratch + atFilter, threads)
      }
      nonisolated(unsafe) let w = (packed?.address ?? UnsafeRawPointer(scratch + atFilter))
        .assumingMemoryBound(to: Int16.self)
      nonisolated(unsafe) let factors = (scratch + atFactors).assumingMemoryBound(to: Float.self)
      scales?.readFactors(invocation, factors, plan.outputs)
      let quantization = scales?.quantization(invocation)
      let x = invocation.operand(xIndex, as: UInt8.self)
      nonisolated(unsafe) let bias = biasIndex.map { invocation.operand($0, as: Int32.self) }
      nonisolated(unsafe) let wide = scratch.assumingMemoryBound(to: Int16.self)
      let zero = image.zero(invocation)
      for item in 0..<plan.batch {
        patches.widen(x + item * plan.channels * window.inputCount, image.isSigned, zero, wide, threads)
        nonisolated(unsafe) let y = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
        let tasks = plan.group * blocks
        let lanes = min(threadCount, tasks)
        threads.forEach(lanes) { lane in
          let room = scratch + atLanes + lane * laneBytes
          let packedPatches = room.assumingMemoryBound(to: Int16.self)
          let laneSums = (room + patchBytes).assumingMemoryBound(to: Int32.self)
          for task in tasks * lane / lanes..<tasks * (lane + 1) / lanes {
            let (group, block) = task.quotientAndRemainder(dividingBy: blocks)
            let first = block * blockColumns
            let columns = min(blockColumns, outputCount - first)
            if isDepthwise {
              for row in group * outputs..<(group + 1) * outputs {
                let at = (item * plan.outputs + row) * outputCount
                let sums = scales == nil ? y.assumingMemoryBound(to: Int32.self) + at : laneSums
                patches.sum(wide + group * patches.planeSize, w + row * depth, sums)
                guard let quantization else { continue }
                let to = (y + at).assumingMemoryBound(to: UInt8.self)
                onramp_requantize(to, sums, bias?[row] ?? 0, factors[row], quantization, outputCount)
              }
              continue
            }
            patches.pack(
              wide + group * plan.channelsPerGroup * patches.planeSize, first..<first + columns, depth, packedPatches)
            let row = group * outputs
            let at = (item * plan.outputs + row) * outputCount + first
            let sums = scales == nil ? y.assumingMemoryBound(to: Int32.self) + at : laneSums
            let pitch = scales == nil ? outputCount : blockColumns
            onramp_igemm(sums, pitch, w + row * depth, depth, packedPatches, outputs, columns, depth / 2)
            guard let quantization else { continue }
            for o in 0..<outputs {
              let to = (y + at + o * outputCount).assumingMemoryBound(to: UInt8.self)
              onramp_requantize(to, sums + o * pitch, bias?[row + o] ?? 0, factors[row + o], quantization, columns)
            }
          }
        }
      }
    }
  }

  /// Where a convolution of one or two dimensions finds its windows in a padded copy of the image, of 16-bit numbers, in
  /// which padding is zero.
  private struct Patches: Sendable {
    let planeSize: Int
    private let channels: Int
    private let input: (height: Int, width: Int)
    private let before: (rows: Int, columns: Int)
    private let width: Int
    private let output: (height: Int, width: Int)
    /// How far windows are apart, from row to row and within a row.
    private let rowStep: Int
    private let columnStep: Int
    /// Where the window of each output starts.
    private let starts: [Int32]
    /// How far into it each element of a group's weights lies.
    private let steps: [Int32]

    var imageCount: Int { channels * planeSize }

    init(_ plan: ConvPlan) throws(KernelError) {
      let window = plan.window
      // A sequence is an image of one row.
      func plane(_ extents: [Int], _ missing: Int) -> (Int, Int) {
        window.rank == 2 ? (extents[0], extents[1]) : (missing, extents[0])
      }
      let (strides, dilations) = (plane(window.strides, 1), plane(window.dilations, 1))
      let (kernel, output) = (plane(window.kernel, 1), plane(window.output, 1))
      input = plane(window.input, 1)
      before = plane(window.padsBegin, 0)
      channels = plan.channels
      func extent(_ pad: Int, _ input: Int, _ output: Int, _ stride: Int, _ kernel: Int, _ dilation: Int) -> Int {
        max(pad + input, max(0, output - 1) * stride + (kernel - 1) * dilation + 1)
      }
      let height = extent(before.rows, input.height, output.0, strides.0, kernel.0, dilations.0)
      let width = extent(before.columns, input.width, output.1, strides.1, kernel.1, dilations.1)
      let count = try checkedProduct(plan.channels, checkedProduct(height, width))
      guard count <= Int(Int32.max) else { throw .unsupported("a quantized image of \(count) elements") }
      self.width = width
      (self.output, rowStep, columnStep) = (output, strides.0 * width, strides.1)
      planeSize = height * width
      var starts: [Int32] = []
      starts.reserveCapacity(output.0 * output.1)
      for y in 0..<output.0 {
        for x in 0..<output.1 { starts.append(Int32(y * strides.0 * width + x * strides.1)) }
      }
      var steps: [Int32] = []
      steps.reserveCapacity(plan.channelsPerGroup * kernel.0 * kernel.1)
      for c in 0..<plan.channelsPerGroup {
        for y in 0..<kernel.0 {
          for x in 0..<kernel.1 {
            steps.append(Int32(c * planeSize + y * dilations.0 * width + x * dilations.1))
          }
        }
      }
      (self.starts, self.steps) = (starts, steps)
    }

    func widen(
      _ x: UnsafePointer<UInt8>, _ isSigned: Int32, _ zero: Int32, _ to: UnsafeMutablePointer<Int16>,
      _ threads: ThreadPool
    ) {
      nonisolated(unsafe) let (x, to) = (x, to)
      threads.forRanges(channels, grain: max(1, cheapGrain / max(1, planeSize))) { range in
        for c in range {
          let plane = to + c * planeSize
          let from = x + c * input.height * input.width
          if planeSize == input.height * input.width {
            onramp_widen(plane, from, isSigned, zero, planeSize)
            continue
          }
          plane.update(repeating: 0, count: planeSize)
          for row in 0..<input.height {
            let at = (before.rows + row) * width + before.columns
            onramp_widen(plane + at, from + row * input.width, isSigned, zero, input.width)
          }
        }
      }
    }

    /// Writes the sums of the windows of one plane.
    func sum(_ plane: UnsafePointer<Int16>, _ w: UnsafePointer<Int16>, _ to: UnsafeMutablePointer<Int32>) {
      steps.withUnsafeBufferPointer { steps in
        onramp_sum_windows(
          to, plane, rowStep, columnStep, output.height, output.width, w, steps.baseAddress, steps.count)
      }
    }

    /// Packs the windows of some outputs into panels.
    func pack(
      _ x: UnsafePointer<Int16>, _ outputs: Range<Int>, _ depth: Int, _ to: UnsafeMutablePointer<Int16>
    ) {
      let columns = ONRAMP_PANEL_COLUMNS
      starts.withUnsafeBufferPointer { starts in
        steps.withUnsafeBufferPointer { steps in
          guard let starts = starts.baseAddress, let steps = steps.baseAddress else { return }
          for first in stride(from: outputs.lowerBound, to: outputs.upperBound, by: columns) {
            onramp_pack_patches(
              to + (first - outputs.lowerBound) * depth, x, starts + first, min(columns, outputs.upperBound - first),
              steps, self.steps.count)
          }
        }
      }
    }
  }
}
