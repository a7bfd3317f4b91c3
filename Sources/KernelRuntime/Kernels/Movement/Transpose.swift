import CKernels

/// Reorders the dimensions of operand 0: dimension `d` of the result is dimension `perm[d]` of the operand.
public struct TransposeKernel: Kernel {
  public var perm: [Int]

  /// - Parameter perm: empty to reverse the dimensions.
  public init(perm: [Int] = []) { self.perm = perm }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let perm = try resolveAxes(perm.isEmpty ? Array((0..<x.rank).reversed()) : perm, rank: x.rank)
    guard perm.count == x.rank else { throw .invalid("permutation \(perm) of \(x.rank) dimensions") }
    let result = TensorSpec(x.type, perm.map { x.shape[$0] })
    // Where only dimensions of extent 1 move, no element does.
    let moving = perm.filter { x.shape[$0] != 1 }
    if x.count == 0 || moving == moving.sorted() { return Prepared(aliasing: 0, as: result) }
    let strides = denseStrides(x.shape)
    let nest = LoopNest(result.shape, strides: [perm.map { strides[$0] }])
    if result.type.byteCount == 4, let planes = TransposedPlanes(nest) { return planes.prepare(result) }
    return try x.type.move(StridedCopy(result: result, nest: nest))
  }

  /// Elements of four bytes, of which the result's innermost dimension is not the operand's: planes that are transposed
  /// by themselves.
  private struct TransposedPlanes {
    let rows: Int
    let columns: Int
    /// Between rows of the result and between those of the operand.
    let rowStride: Int
    let columnStride: Int
    /// The planes' places in the result and in the operand.
    let outer: LoopNest

    init?(_ nest: LoopNest) {
      let innermost = nest.extents.count - 1
      guard nest.step[0] > 1, let d = nest.strides.firstIndex(where: { $0[0] == 1 }), d < innermost else { return nil }
      rows = nest.extents[d]
      columns = nest.extents[innermost]
      rowStride = product(nest.extents[(d + 1)...])
      columnStride = nest.step[0]
      let others = nest.extents.indices.filter { $0 != d && $0 != innermost }
      let resultStrides = denseStrides(nest.extents)
      outer = LoopNest(
        others.map { nest.extents[$0] },
        strides: [others.map { resultStrides[$0] }, others.map { nest.strides[$0][0] }])
    }

    func prepare(_ result: TensorSpec) -> Prepared {
      // Strips of rows or of columns, whichever there are more of, so that threads have something to share.
      let byRows = rows >= columns
      let extent = byRows ? rows : columns
      let strip = max(16, min(extent, cheapGrain / max(1, byRows ? columns : rows)) / 16 * 16)
      let strips = (extent + strip - 1) / strip
      return Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let from = invocation.operand(0, as: UInt32.self)
        nonisolated(unsafe) let to = invocation.result(0, as: UInt32.self)
        invocation.threads.forRanges(outer.count * strips, grain: max(1, cheapGrain / (rows * columns / strips + 1))) {
          range in
          outer.forEachRun(range.lowerBound / strips..<(range.upperBound + strips - 1) / strips) { start, count, at in
            for i in 0..<count {
              let (y, x) = (to + at[0] + i * outer.step[0], from + at[1] + i * outer.step[1])
              let plane = (start + i) * strips
              for s in max(0, range.lowerBound - plane)..<min(strips, range.upperBound - plane) {
                let (first, n) = (s * strip, min(strip, extent - s * strip))
                if byRows {
                  onramp_transpose_words(y + first * rowStride, rowStride, x + first, columnStride, n, columns)
                } else {
                  onramp_transpose_words(y + first, rowStride, x + first * columnStride, columnStride, rows, n)
                }
              }
            }
          }
        }
      }
    }
  }
}
