import CKernels

/// The greatest element under each place of a window over images of floats with channels last (batch, height, width,
/// channels).
///
/// The results are the values and the place of each in its image, row · width + column (int32): the first of equals
/// wins, and NaN never wins over a number. A window that covers nothing has the value -∞ and the place -1.
public struct ChannelsLastMaxPoolKernel: Kernel {
  /// The attributes; the function and the order of indices are not read.
  public var pool: PoolKernel

  public init(_ pool: PoolKernel) { self.pool = pool }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let plan = try ChannelsLastWindow(pool, try operands.spec(0))
    let results = [try TensorSpec.checked(.float, plan.shape), try TensorSpec.checked(.int32, plan.shape)]
    let window = plan.window
    guard window.inputCount <= Int32.max else { throw .unsupported("images of \(window.inputCount) pixels") }
    return Prepared(results) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let values = invocation.wantedResult(0, as: Float.self)
      nonisolated(unsafe) let indices = invocation.wantedResult(1, as: Int32.self)
      guard values != nil || indices != nil else { return }
      plan.forEachRow(invocation.threads, work: max(1, window.kernelCount / 4)) { row in
        let at = plan.offset(row)
        plan.maximum(
          row, { plan.line($0, of: row, in: x) }, values: values.map { $0 + at }, indices: indices.map { $0 + at })
      }
    }
  }
}

extension ChannelsLastWindow {
  /// Finds the greatest elements under a row of places.
  ///
  /// - Parameter line: where a row of the row's image is.
  @inline(__always)
  func maximum(
    _ row: Row, _ line: (Int) -> UnsafePointer<Float>, values: UnsafeMutablePointer<Float>?,
    indices: UnsafeMutablePointer<Int32>? = nil
  ) {
    withRows(row, line) { rows, count in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: count + 1) { starts in
        for (i, k) in row.positions.enumerated() {
          starts[i] = Int32((row.start + k * window.dilations[0]) * window.input[1])
        }
        withUnsafePointer(to: row.layout) { layout in
          onramp_window_max(layout, values, indices, rows, starts.baseAddress, count)
        }
      }
    }
  }
}
