import CKernels

/// The matrix product of operands 0 and 1 as numpy's `matmul`: leading dimensions broadcast, vectors count as a row or
/// a column that the result drops.
///
/// In its fused form, of floats only: operand 2, optional, holds a number to add to each column, operand 3, optional, a
/// tensor of the result's shape to add; then limits and an activation apply.
public struct MatMulKernel: Kernel {
  /// What the result is limited to.
  public var low: Float?
  public var high: Float?
  /// Applied in the end.
  public var activation: UnaryKernel?

  public init(low: Float? = nil, high: Float? = nil, activation: UnaryKernel? = nil) {
    self.low = low
    self.high = high
    self.activation = activation
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (a, b) = (try operands.spec(0), try operands.spec(1))
    try require(b, is: a.type, "operand 1")
    let plan = try MatMulPlan(a.shape, b.shape)
    let result = try TensorSpec.checked(a.type, plan.shape)
    let (hasBias, hasAddend) = (operands.has(2), operands.has(3))
    let isFused = hasBias || hasAddend || low != nil || high != nil || activation != nil
    guard a.type == .float, isFused || !options.reference else {
      if isFused { throw .unsupported("a fused product of \(a.type.name)") }
      return try a.type.numeric(Reference(plan: plan, result: result))
    }
    if let bias = try operands.optionalSpec(2) { try require(bias, has: [plan.n], "operand 2") }
    if let addend = try operands.optionalSpec(3) { try require(addend, has: result.shape, "operand 3") }
    var product = FloatProduct(m: plan.m, n: plan.n, k: plan.k)
    product.batches = plan.batchCount
    product.low = low ?? -.infinity
    product.high = high ?? .infinity
    product.activation = try .fused(activation)
    let bSize = product.packedCount
    let bCount = plan.bBatches
    // One matrix B for many A: their rows make a single tall A.
    if plan.bOffsets.allSatisfy({ $0 == 0 }), plan.aIsDense {
      product.m = plan.m * plan.batchCount
      product.batches = 1
    }
    let isTall = product.batches == 1
    let packed = try operands.packed(
      1, as: product.form(stride: 1, kStride: plan.n, count: bCount), byteCount: bSize * bCount * 4
    ) { elements, address, threads in
      product.pack(
        count: bCount, from: elements.assumingMemoryBound(to: Float.self),
        at: { [plan] in $0 * plan.k * plan.n }, stride: 1, kStride: plan.n,
        to: address.assumingMemoryBound(to: Float.self), threads: threads)
    }
    return Prepared([result], scratchBytes: packed == nil ? bSize * bCount * 4 : 0) { [product] invocation in
      let bScratch = invocation.scratch.assumingMemoryBound(to: Float.self)
      if packed == nil {
        product.pack(
          count: bCount, from: invocation.operand(1), at: { [plan] in $0 * plan.k * plan.n }, stride: 1,
          kStride: plan.n, to: bScratch, threads: invocation.threads)
      }
      let bPacked = packed?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(bScratch)
      product.run(
        a: .dense(invocation.operand(0), stride: plan.k),
        aAt: { isTall ? 0 : plan.aOffsets[$0] * plan.m * plan.k },
        b: bPacked, bAt: { isTall ? 0 : plan.bOffsets[$0] * bSize },
        c: invocation.result(0), ldc: plan.n, cStride: plan.m * plan.n,
        columnBias: hasBias ? invocation.operand(2) : nil, add: hasAddend ? invocation.operand(3) : nil,
        threads: invocation.threads)
    }
  }

  private struct Reference: NumericVisitor {
    let plan: MatMulPlan
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [plan] invocation in
        nonisolated(unsafe) let a = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let b = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let c = invocation.result(0, as: T.self)
        let grain = max(1, cheapGrain / max(1, plan.n &* plan.k))
        invocation.threads.forRanges(plan.n == 0 ? 0 : plan.batchCount * plan.m, grain: grain) { range in
          withUnsafeTemporaryAllocation(of: T.Sum.self, capacity: plan.n) { memory in
            guard let sums = memory.baseAddress else { return }
            for i in range {
              let (batch, row) = i.quotientAndRemainder(dividingBy: plan.m)
              multiplyRow(
                a + (plan.aOffsets[batch] * plan.m + row) * plan.k, 1, b + plan.bOffsets[batch] * plan.k * plan.n,
                plan.n, 1, plan.n, plan.k, into: sums, \.summand)
              let to = c + i * plan.n
              for j in 0..<plan.n { to[j] = T(sum: sums[j]) }
            }
          }
        }
      }
    }
  }
}

/// Which matrices a broadcast matrix product multiplies.
struct MatMulPlan: Sendable {
  let m: Int
  let n: Int
  let k: Int
  /// The result's.
  let shape: [Int]
  let batchCount: Int
  /// How many matrices the operands hold.
  let aBatches: Int
  let bBatches: Int
  /// The index of each batch's matrix in the operands.
  let aOffsets: [Int]
  let bOffsets: [Int]

  var aIsDense: Bool { aBatches == batchCount }

  init(_ a: [Int], _ b: [Int]) throws(KernelError) {
    guard !a.isEmpty, !b.isEmpty else { throw .invalid("a matrix product of a scalar") }
    let left = a.count == 1 ? [1] + a : a
    let right = b.count == 1 ? b + [1] : b
    m = left[left.count - 2]
    k = left[left.count - 1]
    n = right[right.count - 1]
    guard right[right.count - 2] == k else { throw .invalid("the product of shapes \(a) and \(b) does not match") }
    let leftBatch = Array(left.dropLast(2))
    let rightBatch = Array(right.dropLast(2))
    let batch = try broadcastShape([leftBatch, rightBatch])
    shape = batch + (a.count == 1 ? [] : [m]) + (b.count == 1 ? [] : [n])
    let count = try TensorSpec(.bool, batch).checkedCount()
    batchCount = count
    aBatches = product(leftBatch)
    bBatches = product(rightBatch)
    let nest = LoopNest(
      batch, strides: [broadcastStrides(leftBatch, to: batch), broadcastStrides(rightBatch, to: batch)])
    var (aOffsets, bOffsets) = ([Int](), [Int]())
    // A result without elements needs no batches, however many its shape claims.
    if m > 0 && n > 0 {
      nest.forEachRun(0..<count) { _, run, offset in
        for i in 0..<run {
          aOffsets.append(offset[0] + i * nest.step[0])
          bOffsets.append(offset[1] + i * nest.step[1])
        }
      }
    }
    (self.aOffsets, self.bOffsets) = (aOffsets, bOffsets)
  }
}
