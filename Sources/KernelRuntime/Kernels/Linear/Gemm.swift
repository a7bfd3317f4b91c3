import CKernels

/// `alpha · A · B + beta · C` for matrices A and B, either of them transposed first; C is optional and broadcasts.
public struct GemmKernel: Kernel {
  public var alpha: Double
  public var beta: Double
  public var transA: Bool
  public var transB: Bool
  /// What the result is limited to: an activation that the product applies in passing. Float results only.
  public var low: Float?
  public var high: Float?
  /// Applied in the end. Float results only.
  public var activation: UnaryKernel?

  public init(
    alpha: Double = 1, beta: Double = 1, transA: Bool = false, transB: Bool = false, low: Float? = nil,
    high: Float? = nil, activation: UnaryKernel? = nil
  ) {
    self.alpha = alpha
    self.beta = beta
    self.transA = transA
    self.transB = transB
    self.low = low
    self.high = high
    self.activation = activation
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (a, b) = (try operands.spec(0), try operands.spec(1))
    try require(b, is: a.type, "operand 1")
    guard a.rank == 2, b.rank == 2 else { throw .invalid("shapes \(a.shape) and \(b.shape) are not matrices") }
    let (m, k) = transA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (kOfB, n) = transB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    guard k == kOfB else { throw .invalid("the product of shapes \(a.shape) and \(b.shape) does not match") }
    let result = try TensorSpec.checked(a.type, [m, n])
    var cStrides: [Int]?
    if let c = try operands.optionalSpec(2) {
      try require(c, is: a.type, "operand 2")
      guard try broadcastShape([c.shape, [m, n]]) == [m, n] else {
        throw .invalid("shape \(c.shape) does not broadcast to \([m, n])")
      }
      cStrides = broadcastStrides(c.shape, to: [m, n])
    }
    guard a.type == .float, activation != nil || !options.reference else {
      if activation != nil { throw .unsupported("a fused product of \(a.type.name)") }
      return try a.type.numeric(
        Reference(kernel: self, m: m, n: n, k: k, result: result, cStrides: cStrides))
    }
    var product = FloatProduct(m: m, n: n, k: k)
    product.low = low ?? -.infinity
    product.high = high ?? .infinity
    product.activation = try .fused(activation)
    // A row of C for all rows goes into the sums' starting values, a whole C into their ends.
    let isColumnBias = cStrides == [0, 1] && beta == 1
    let isAddend = cStrides == [n, 1] && beta == 1
    let (bStride, bDepth) = transB ? (k, 1) : (1, n)
    let scale = Float(alpha)
    let packed = try operands.packed(
      1, as: product.form(stride: bStride, kStride: bDepth, scale: scale), byteCount: product.packedCount * 4
    ) { elements, address, threads in
      product.pack(
        count: 1, from: elements.assumingMemoryBound(to: Float.self), at: { _ in 0 }, stride: bStride,
        kStride: bDepth, scale: scale, to: address.assumingMemoryBound(to: Float.self), threads: threads)
    }
    let aBytes = transA ? alignedSize(m * k * 4) : 0
    let betaScale = Float(beta)
    return Prepared([result], scratchBytes: aBytes + (packed == nil ? product.packedCount * 4 : 0)) {
      [product, cStrides] invocation in
      let threads = invocation.threads
      var a = invocation.operand(0, as: Float.self)
      if transA {
        onramp_transpose_words(
          invocation.scratch.assumingMemoryBound(to: UInt32.self), k, invocation.operand(0), m, m, k)
        a = UnsafePointer(invocation.scratch.assumingMemoryBound(to: Float.self))
      }
      let bScratch = (invocation.scratch + aBytes).assumingMemoryBound(to: Float.self)
      if packed == nil {
        product.pack(
          count: 1, from: invocation.operand(1), at: { _ in 0 }, stride: bStride, kStride: bDepth, scale: scale,
          to: bScratch, threads: threads)
      }
      let bPacked = packed?.address.assumingMemoryBound(to: Float.self) ?? UnsafePointer(bScratch)
      let y = invocation.result(0, as: Float.self)
      let c = cStrides == nil ? nil : invocation.operand(2, as: Float.self)
      if let c, let cStrides, !isColumnBias, !isAddend {
        for i in 0..<m {
          let from = c + i * cStrides[0]
          let to = y + i * n
          if cStrides[1] == 0 {
            to.update(repeating: betaScale * from[0], count: n)
          } else {
            for j in 0..<n { to[j] = betaScale * from[j] }
          }
        }
      }
      product.run(
        a: .dense(a, stride: k), b: bPacked, c: y, ldc: n,
        columnBias: isColumnBias ? c : nil, add: isColumnBias || c == nil ? nil : isAddend ? c : UnsafePointer(y),
        threads: threads)
    }
  }

  private struct Reference: NumericVisitor {
    let kernel: GemmKernel
    let m: Int
    let n: Int
    let k: Int
    let result: TensorSpec
    let cStrides: [Int]?
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let a = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let b = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let c = cStrides == nil ? nil : invocation.operand(2, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let alpha = T.Sum(double: kernel.alpha)
        let beta = T.Sum(double: kernel.beta)
        let low = kernel.low.map { T.Sum(double: Double($0)) } ?? .lowest
        let high = kernel.high.map { T.Sum(double: Double($0)) } ?? .highest
        invocation.threads.forRanges(m, grain: max(1, cheapGrain / max(1, n * k))) { range in
          withUnsafeTemporaryAllocation(of: T.Sum.self, capacity: n) { memory in
            guard let sums = memory.baseAddress else { return }
            for i in range {
              multiplyRow(
                a + (kernel.transA ? i : i * k), kernel.transA ? m : 1, b, kernel.transB ? 1 : n,
                kernel.transB ? k : 1, n, k, into: sums, \.summand)
              for j in 0..<n {
                var value = alpha.multiplied(by: sums[j])
                if let c, let cStrides {
                  value = value.adding(beta.multiplied(by: c[i * cStrides[0] + j * cStrides[1]].summand))
                }
                if value < low { value = low }
                if value > high { value = high }
                y[i * n + j] = T(sum: value)
              }
            }
          }
        }
      }
    }
  }
}
