/// Attention through a state that each token decays, corrects and adds to, and then is read with its query.
///
/// The operands are queries (batch, length, heads · size), keys and values (batch, length, key heads · size); the state
/// before the first token (batch, key heads, key size, value size); the logarithms of the decay for each key head or
/// each element of a key; and how much of the error each token corrects. The results are the outputs and the last state.
/// Several query heads may share a key head.
///
/// Source: ONNX's LinearAttention; Yang et al., Gated Delta Networks (2024).
public struct LinearAttentionKernel: Kernel {
  public var queryHeads: Int
  public var keyHeads: Int
  /// Nil for one over the square root of the key's size.
  public var scale: Double?
  /// Whether a token writes what its value differs from the one that its key reads, not the value itself.
  public var isDelta: Bool

  public init(queryHeads: Int, keyHeads: Int, scale: Double? = nil, isDelta: Bool = false) {
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
    self.scale = scale
    self.isDelta = isDelta
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (q, k, v) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    for i in [1, 2, 4, 5] where operands.has(i) { try require(try operands.spec(i), is: q.type, "operand \(i)") }
    guard q.rank == 3, k.rank == 3, v.rank == 3, q.shape[..<2] == k.shape[..<2], k.shape[..<2] == v.shape[..<2],
      queryHeads > 0, keyHeads > 0, queryHeads % keyHeads == 0, q.shape[2] % queryHeads == 0,
      k.shape[2] % keyHeads == 0, v.shape[2] % keyHeads == 0, q.shape[2] / queryHeads == k.shape[2] / keyHeads
    else { throw .invalid("attention of shapes \(q.shape), \(k.shape) and \(v.shape)") }
    let (keySize, valueSize) = (k.shape[2] / keyHeads, v.shape[2] / keyHeads)
    let state = [q.shape[0], keyHeads, keySize, valueSize]
    let past = try operands.optionalSpec(3)
    if let past { try require(past, has: state, "the past state") }
    var decayWidth = 0
    if let decay = try operands.optionalSpec(4) {
      decayWidth = decay.shape.last == keyHeads ? 1 : keySize
      try require(decay, has: Array(q.shape[..<2]) + [keyHeads * decayWidth], "the decay")
    }
    guard isDelta == operands.has(5) else { throw .invalid("a correction needs its strengths, and only it") }
    var strengths = 0
    if let beta = try operands.optionalSpec(5) {
      strengths = beta.shape.last == 1 ? 1 : keyHeads
      try require(beta, has: Array(q.shape[..<2]) + [strengths], "the strengths")
    }
    let results = [
      try TensorSpec.checked(q.type, [q.shape[0], q.shape[1], try checkedProduct(queryHeads, valueSize)]),
      try TensorSpec.checked(past?.type ?? q.type, state),
    ]
    // The state is kept as floats, whatever its type.
    let widen = try past.map { (past) throws(KernelError) in
      try CastKernel(to: .float).prepare(Operands([Operand(spec: past)]), options: options)
    }
    let narrow = try CastKernel(to: results[1].type).prepare(
      Operands([Operand(spec: TensorSpec(.float, state))]), options: options)
    return try q.type.float(
      Visit(
        kernel: self, batch: q.shape[0], length: q.shape[1], keySize: keySize, valueSize: valueSize,
        decayWidth: decayWidth, strengths: strengths, widen: widen, narrow: narrow, results: results))
  }

  private struct Visit: FloatVisitor {
    let kernel: LinearAttentionKernel
    let batch: Int
    let length: Int
    let keySize: Int
    let valueSize: Int
    /// How many decays a key head has; 0 without decay.
    let decayWidth: Int
    /// How many strengths a token has.
    let strengths: Int
    let widen: Prepared?
    let narrow: Prepared
    let results: [TensorSpec]

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      let stateCount = results[1].count
      return Prepared(results, scratchBytes: stateCount * 4) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let q = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let k = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let v = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let decay = decayWidth > 0 ? invocation.operand(4, as: T.self) : nil
        nonisolated(unsafe) let beta = strengths > 0 ? invocation.operand(5, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let states = invocation.scratch.assumingMemoryBound(to: Float.self)
        if let widen {
          let past = UnsafeMutableRawPointer(mutating: invocation.operand(3, as: UInt8.self))
          // A state of floats is taken over as it is.
          try widen.run([past], [invocation.scratch], like: invocation)
        } else {
          states.update(repeating: 0, count: stateCount)
        }
        let scale = Float(kernel.scale ?? 1 / Double(max(keySize, 1)).squareRoot())
        let (keyHeads, group) = (kernel.keyHeads, kernel.queryHeads / kernel.keyHeads)
        invocation.threads.forRanges(batch * keyHeads, grain: 1) { range in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * valueSize + 1) { memory in
            guard let written = memory.baseAddress else { return }
            let read = written + valueSize
            for head in range {
              let (b, h) = head.quotientAndRemainder(dividingBy: keyHeads)
              let state = states + head * keySize * valueSize
              for t in b * length..<(b + 1) * length {
                let key = k + (t * keyHeads + h) * keySize
                let value = v + (t * keyHeads + h) * valueSize
                if let decay {
                  let rates = decay + (t * keyHeads + h) * decayWidth
                  for i in 0..<keySize {
                    let factor = Float(rates[decayWidth == 1 ? 0 : i].compute).exponential
                    for j in 0..<valueSize { state[i * valueSize + j] *= factor }
                  }
                }
                for j in 0..<valueSize { written[j] = Float(value[j].compute) }
                if let beta {
                  let strength = Float(beta[t * strengths + (strengths == 1 ? 0 : h)].compute)
                  multiply(key, state, into: read)
                  for j in 0..<valueSize { written[j] = strength * (written[j] - read[j]) }
                }
                for i in 0..<keySize {
                  let x = Float(key[i].compute)
                  for j in 0..<valueSize { state[i * valueSize + j] += x * written[j] }
                }
                guard let y else { continue }
                for g in 0..<group {
                  let row = t * kernel.queryHeads + h * group + g
                  multiply(q + row * keySize, state, into: read)
                  for j in 0..<valueSize { y[row * valueSize + j] = T(compute: T.Compute(scale * read[j])) }
                }
              }
            }
          }
        }
        if let present = invocation.wantedResult(1, as: UInt8.self) {
          try narrow.run([invocation.scratch], [UnsafeMutableRawPointer(present)], like: invocation)
        }
      }
    }

    /// What a key or query reads from a state.
    @inline(__always)
    private func multiply<T: FloatElement>(
      _ x: UnsafePointer<T>, _ state: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
    ) {
      for j in 0..<valueSize { y[j] = 0 }
      for i in 0..<keySize {
        let factor = Float(x[i].compute)
        for j in 0..<valueSize { y[j] += factor * state[i * valueSize + j] }
      }
    }
  }
}
