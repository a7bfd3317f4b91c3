/// Takes the slices of operand 0 along an axis that operand 1, indices of any shape, names.
public struct GatherKernel: Kernel {
  public var axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices) = (try operands.spec(0), try operands.spec(1))
    let axis = try resolveAxis(axis, rank: x.rank)
    let reader = try IndexReader(indices, "the indices")
    let result = try TensorSpec.checked(x.type, x.shape[..<axis] + indices.shape + x.shape[(axis + 1)...])
    // A large table, such as an embedding, stays in the model's file: whole slices are copied from where they lie.
    let inner = product(x.shape[(axis + 1)...])
    if x.type != .string, inner > 1 {
      return prepareBytewise(
        result, outer: product(x.shape[..<axis]), extent: x.shape[axis], sliceBytes: inner * x.type.byteCount,
        indexCount: indices.count, reader)
    }
    return try x.type.move(
      Visit(
        result: result, outer: product(x.shape[..<axis]), extent: x.shape[axis],
        inner: inner, indexCount: indices.count, reader: reader))
  }

  private func prepareBytewise(
    _ result: TensorSpec, outer: Int, extent: Int, sliceBytes: Int, indexCount: Int, _ reader: IndexReader
  ) -> Prepared {
    var prepared = Prepared([result]) { (invocation: borrowing Invocation) throws(KernelError) in
      nonisolated(unsafe) let x = UnsafeRawPointer(invocation.operand(0, as: UInt8.self))
      nonisolated(unsafe) let y = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      nonisolated(unsafe) let indices = invocation.operand(1, as: UInt8.self)
      for j in 0..<indexCount where reader.resolve(indices, j, extent) == nil {
        throw reader.outOfRange(indices, j, extent)
      }
      invocation.threads.forRanges(outer * indexCount, grain: max(1, cheapGrain / max(1, sliceBytes / 4))) { range in
        for i in range {
          let (o, j) = i.quotientAndRemainder(dividingBy: indexCount)
          guard let index = reader.resolve(indices, j, extent) else { continue }
          (y + i * sliceBytes).copyMemory(from: x + (o * extent + index) * sliceBytes, byteCount: sliceBytes)
        }
      }
    }
    prepared.bytewiseOperands = [0]
    return prepared
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let outer: Int
    let extent: Int
    let inner: Int
    let indexCount: Int
    let reader: IndexReader
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let indices = try reader.all(invocation.operand(1), indexCount, extent)
        guard result.count > 0 else { return }
        invocation.threads.forRanges(outer * indexCount, grain: max(1, cheapGrain / max(1, inner))) { range in
          for i in range {
            let (o, j) = i.quotientAndRemainder(dividingBy: indexCount)
            let from = x + (o * extent + indices[j]) * inner
            if inner == 1 {
              y[i] = from[0]
            } else {
              (y + i * inner).update(from: from, count: inner)
            }
          }
        }
      }
    }
  }
}
