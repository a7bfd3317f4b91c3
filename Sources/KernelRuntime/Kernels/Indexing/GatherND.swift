/// Takes the slices of operand 0 that the index tuples along the last dimension of operand 1 name.
public struct GatherNDKernel: Kernel {
  /// How many leading dimensions the operands share.
  public var batchDims: Int

  public init(batchDims: Int = 0) { self.batchDims = batchDims }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, indices) = (try operands.spec(0), try operands.spec(1))
    try require(indices, is: .int64, "the indices")
    let plan = try IndexTuples(x.shape, indices.shape, batchDims: batchDims)
    let shape = Array(indices.shape.dropLast()) + x.shape[(batchDims + plan.length)...]
    return try x.type.move(Visit(result: try .checked(x.type, shape), plan: plan))
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let plan: IndexTuples
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [plan] (invocation: borrowing Invocation) throws(KernelError) in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        let offsets = try plan.offsets(invocation.operand(1))
        for (i, offset) in offsets.enumerated() { (y + i * plan.inner).update(from: x + offset, count: plan.inner) }
      }
    }
  }
}

/// Index tuples that name slices of an array, for GatherND and ScatterND.
struct IndexTuples: Sendable {
  /// How many coordinates a tuple has.
  let length: Int
  let count: Int
  /// The size of a slice.
  let inner: Int
  private let tuplesPerBatch: Int
  private let batchStride: Int
  private let extents: [Int]
  private let strides: [Int]

  init(_ data: [Int], _ indices: [Int], batchDims: Int = 0) throws(KernelError) {
    guard !data.isEmpty, let last = indices.last, batchDims >= 0, batchDims < min(data.count, indices.count),
      last >= 0, last <= data.count - batchDims, data.prefix(batchDims) == indices.prefix(batchDims)
    else { throw .invalid("index tuples of shape \(indices) for shape \(data), \(batchDims) batch dimensions") }
    length = last
    count = product(indices.dropLast())
    inner = product(data[(batchDims + last)...])
    tuplesPerBatch = product(indices.dropLast().dropFirst(batchDims))
    batchStride = product(data[batchDims...])
    extents = Array(data[batchDims..<batchDims + last])
    strides = Array(denseStrides(data)[batchDims..<batchDims + last])
  }

  /// Where each tuple's slice begins.
  func offsets(_ indices: UnsafePointer<Int64>) throws(KernelError) -> [Int] {
    // Tuples that name nothing may be claimed in any number.
    guard inner > 0 else { return [] }
    var result: [Int] = []
    result.reserveCapacity(count)
    for i in 0..<count {
      var offset = i / max(1, tuplesPerBatch) * batchStride
      for d in 0..<length {
        let index = Int(indices[i * length + d])
        let resolved = index < 0 ? index &+ extents[d] : index
        guard resolved >= 0, resolved < extents[d] else {
          throw .invalid("index \(index) is out of range for extent \(extents[d])")
        }
        offset += resolved * strides[d]
      }
      result.append(offset)
    }
    return result
  }
}
