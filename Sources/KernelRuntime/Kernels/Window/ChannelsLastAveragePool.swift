import CKernels

/// The mean of the elements under each place of a window over images of floats with channels last (batch, height, width,
/// channels).
public struct ChannelsLastAveragePoolKernel: Kernel {
  /// The attributes; the function is not read.
  public var pool: PoolKernel

  public init(_ pool: PoolKernel) { self.pool = pool }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let plan = try ChannelsLastWindow(pool, try operands.spec(0))
    let result = try TensorSpec.checked(.float, plan.shape)
    let window = plan.window
    let countIncludePad = pool.countIncludePad
    // How many elements each place counts along a dimension.
    let counts = (0..<2).map { d in
      (0..<window.output[d]).map { place in
        countIncludePad ? window.paddedCount(d, at: place) : window.clipped(d, at: place).positions.count
      }
    }
    return Prepared([result]) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      plan.forEachRow(invocation.threads, work: max(1, window.kernelCount / 4)) { row in
        plan.withRows(row, of: x) { rows, count in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: row.layout.out_width) { scales in
            for (i, width) in counts[1].enumerated() { scales[i] = 1 / Float(counts[0][row.row] * width) }
            withUnsafePointer(to: row.layout) { layout in
              onramp_window_sum(layout, y + plan.offset(row), rows, count, scales.baseAddress)
            }
          }
        }
      }
    }
  }
}
