/// A convolution of images with channels last, then the greatest elements under a window over what it gives. The images
/// between are never there as a whole: rows are made as the window comes to them and stay in the cache until it has passed.
///
/// Operands 0 and 1, and 2 if there is one, are those of `ChannelsLastConvKernel`; there is one group.
public struct ChannelsLastPooledConvKernel: Kernel {
  /// The convolution, with what applies to its result.
  public var conv: ConvKernel
  /// The pool; the function and the order of indices are not read.
  public var pool: PoolKernel

  public init(_ conv: ConvKernel, _ pool: PoolKernel) {
    self.conv = conv
    self.pool = pool
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (plan, images) = try ChannelsLastConvKernel.plan(conv, operands)
    guard images.rank == 4, plan.group == 1 else {
      throw .unsupported("a convolution of shape \(images.shape) in \(plan.group) groups in one pass with a pool")
    }
    let window = try ChannelsLastWindow(pool, images)
    guard window.window.inputCount <= Int32.max else {
      throw .unsupported("images of \(window.window.inputCount) pixels")
    }
    let result = try TensorSpec.checked(.float, window.shape)
    if result.count == 0 { return Prepared([result]) { _ in } }
    let windows = try WindowProduct(plan, conv, operands)
    let made = try MadeRows(window, threads: operands.threads?.threadCount ?? 1)
    return Prepared([result], scratchBytes: try checkedSum(made.byteCount, windows.byteCount)) { invocation in
      let y = invocation.result(0, as: Float.self)
      let factors = windows.factors(invocation, room: invocation.scratch + made.byteCount)
      made.run(invocation.threads, room: invocation.scratch) { image, lines, to in
        windows.multiply(factors, image: image, lines: lines, to: to)
      } use: { row, line in
        window.maximum(row, line, values: y + window.offset(row))
      }
    }
  }
}
