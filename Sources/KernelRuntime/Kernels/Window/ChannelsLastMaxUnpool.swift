import CKernels
import Synchronization

/// Puts the values of operand 0, images of floats with channels last (batch, height, width, channels), at the places in
/// their images that operand 1 names, row · width + column (int32), and zeros elsewhere.
public struct ChannelsLastMaxUnpoolKernel: Kernel {
  /// The attributes.
  public var unpool: MaxUnpoolKernel

  public init(_ unpool: MaxUnpoolKernel) { self.unpool = unpool }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices) = (try operands.spec(0), try operands.spec(1))
    try require(x, is: .float, "operand 0")
    try require(indices, is: .int32, "the indices")
    try require(indices, has: x.shape, "the indices")
    guard x.rank == 4 else { throw .invalid("images with channels last have four dimensions, not shape \(x.shape)") }
    let flat = try unpool.inferredShape([x.shape[0], x.shape[3], x.shape[1], x.shape[2]])
    let shape = [flat[0], flat[2], flat[3], flat[1]]
    let result = try TensorSpec.checked(.float, shape)
    let (channels, pixels, places, count) = (shape[3], shape[1] * shape[2], x.shape[1] * x.shape[2], x.count)
    guard pixels <= Int32.max else { throw .unsupported("images of \(pixels) pixels") }
    let windows = try tiling(result)
    return Prepared([result]) { (invocation: borrowing Invocation) throws(KernelError) in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let indices = invocation.operand(1, as: Int32.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      if let windows, Self.undo(windows, x, indices, y, invocation.threads) { return }
      y.update(repeating: 0, count: result.count)
      for i in 0..<count {
        let index = Int(indices[i])
        guard index >= 0, index < pixels else { throw .invalid("index \(index) is out of range") }
        let (line, channel) = i.quotientAndRemainder(dividingBy: channels)
        y[(line / places * pixels + index) * channels + channel] = x[i]
      }
    }
  }

  /// The windows over the result, where they cover each of its pixels once.
  private func tiling(_ result: TensorSpec) throws(KernelError) -> ChannelsLastWindow? {
    guard unpool.kernelShape == unpool.strides, unpool.pads.allSatisfy({ $0 == 0 }), result.count > 0 else {
      return nil
    }
    return try ChannelsLastWindow(result, kernel: unpool.kernelShape, strides: unpool.strides, pads: [])
  }

  /// Writes each pixel of the result once, provided that all indices lie in their own windows.
  ///
  /// - Returns: whether they do; if not, the result is not complete.
  private static func undo(
    _ plan: ChannelsLastWindow, _ x: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>,
    _ y: UnsafeMutablePointer<Float>, _ threads: ThreadPool
  ) -> Bool {
    let hasStrays = Atomic(false)
    nonisolated(unsafe) let (x, indices, y) = (x, indices, y)
    let (kernel, width) = (plan.window.kernel[0], plan.window.input[1])
    plan.forEachRow(threads, work: plan.window.kernelCount) { row in
      let at = plan.offset(row)
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>?.self, capacity: kernel) { rows in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: kernel) { starts in
          for k in 0..<kernel {
            let start = (row.start + k) * width
            rows.initializeElement(at: k, to: y + row.image * plan.imageCount + start * plan.channels)
            starts[k] = Int32(start)
          }
          withUnsafePointer(to: row.layout) { layout in
            if onramp_window_unpool(layout, rows.baseAddress, starts.baseAddress, kernel, x + at, indices + at) == 0 {
              hasStrays.store(true, ordering: .relaxed)
            }
          }
        }
      }
    }
    return !hasStrays.load(ordering: .relaxed)
  }
}
