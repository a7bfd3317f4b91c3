import CKernels

/// Two-dimensional pooling of floats a row at a time: C takes the windows that lie inside the input from left to right,
/// the caller the others.
struct PoolRows: Sendable {
  let window: WindowGeometry
  let planes: Int
  let isMaximum: Bool
  /// The places in a row whose windows lie inside the input.
  private let inner: Range<Int>

  /// - Returns: nil when the window is not two-dimensional.
  init?(_ window: WindowGeometry, planes: Int, isMaximum: Bool) {
    guard window.rank == 2 else { return nil }
    self.window = window
    self.planes = planes
    self.isMaximum = isMaximum
    let (stride, pad) = (window.strides[1], window.padsBegin[1])
    let room = window.input[1] + pad - (window.kernel[1] - 1) * window.dilations[1] - 1
    let first = (pad + stride - 1) / stride
    let end = room < 0 ? 0 : min(window.output[1], room / stride + 1)
    inner = first..<max(first, end)
  }

  /// - Parameter others: computes the results of a range of places, counted over all planes.
  func run(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ threads: ThreadPool, others: (Range<Int>) -> Void
  ) {
    let (height, width) = (window.output[0], window.output[1])
    guard height > 0, width > 0 else { return }
    nonisolated(unsafe) let (x, y) = (x, y)
    withoutActuallyEscaping(others) { others in
      let grain = max(1, cheapGrain / 4 / (width * window.kernelCount))
      threads.forRanges(planes * height, grain: grain) { range in
        withUnsafeTemporaryAllocation(of: Int.self, capacity: window.kernelCount) { offsets in
          for line in range {
            let (plane, row) = line.quotientAndRemainder(dividingBy: height)
            let rows = window.clipped(0, at: row)
            // A mean over fewer elements than the window has is left to the caller.
            guard !inner.isEmpty, !rows.positions.isEmpty, isMaximum || rows.positions.count == window.kernel[0] else {
              others(line * width..<(line + 1) * width)
              continue
            }
            var taps = 0
            let left = inner.lowerBound * window.strides[1] - window.padsBegin[1]
            for r in rows.positions {
              for c in 0..<window.kernel[1] {
                offsets[taps] =
                  (rows.start + r * window.dilations[0]) * window.input[1] + left + c * window.dilations[1]
                taps += 1
              }
            }
            offsets.withMemoryRebound(to: UInt.self) { offsets in
              onramp_pool_row(
                isMaximum ? 1 : 0, y + line * width + inner.lowerBound, inner.count, x + plane * window.inputCount,
                offsets.baseAddress, taps, window.strides[1], 1 / Float(window.kernelCount))
            }
            if inner.lowerBound > 0 { others(line * width..<line * width + min(inner.lowerBound, width)) }
            if inner.upperBound < width { others(line * width + inner.upperBound..<(line + 1) * width) }
          }
        }
      }
    }
  }
}
