/// How a linear attention's state takes up a new key and value.
public enum LinearAttentionRule: String, Codable, Sendable {
  case linear, gated, delta
  case gatedDelta = "gated_delta"

  var isGated: Bool { self == .gated || self == .gatedDelta }
  /// Whether only what the state does not give for the key already is added.
  var isCorrected: Bool { self == .delta || self == .gatedDelta }
}

/// Attention by a state of fixed size: each step adds the product of its key and value, and reads with its query.
///
/// Operands: queries, keys and values (batch, steps, heads · size); optional, the state so far (batch, heads, key size,
/// value size), the logarithms of what of it is kept, and how much of a correction counts. The results are the output
/// and the state.
public struct LinearAttentionKernel: Kernel {
  public var rule: LinearAttentionRule
  public var queryHeads: Int
  public var heads: Int
  /// 0 for one over the square root of the keys' size.
  public var scale: Double

  public init(rule: LinearAttentionRule, queryHeads: Int, heads: Int, scale: Double = 0) {
    self.rule = rule
    self.queryHeads = queryHeads
    self.heads = heads
    self.scale = scale
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (q, k, v) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    guard q.rank == 3, k.rank == 3, v.rank == 3, heads > 0, queryHeads > 0, queryHeads % heads == 0,
      q.shape[2] % queryHeads == 0, v.shape[2] % heads == 0, k.shape[2] == q.shape[2] / queryHeads * heads
    else {
      throw .invalid("linear attention of \(queryHeads) and \(heads) heads of \(q.shape), \(k.shape) and \(v.shape)")
    }
    let (batch, steps) = (q.shape[0], q.shape[1])
    let (keySize, valueSize) = (q.shape[2] / queryHeads, v.shape[2] / heads)
    for (i, spec) in [(1, k), (2, v)] {
      try require(spec, is: q.type, "operand \(i)")
      try require(spec, has: [batch, steps, spec.shape[2]], "operand \(i)")
    }
    let shape = [batch, heads, keySize, valueSize]
    let past = try operands.optionalSpec(3)
    if let past { try require(past, has: shape, "the state") }
    guard operands.has(4) == rule.isGated, operands.has(5) == rule.isCorrected else {
      throw .invalid("the rule \(rule.rawValue) with or without a decay or correction it does not or does take")
    }
    var decayWidth = 0
    if let decay = try operands.optionalSpec(4) {
      try require(decay, is: q.type, "the decay")
      decayWidth = decay.shape.last == heads ? heads : heads * keySize
      try require(decay, has: [batch, steps, decayWidth], "the decay")
    }
    var betaWidth = 0
    if let beta = try operands.optionalSpec(5) {
      try require(beta, is: q.type, "the correction")
      betaWidth = beta.shape.last == 1 ? 1 : heads
      try require(beta, has: [batch, steps, betaWidth], "the correction")
    }
    let state = try TensorSpec.checked(past?.type ?? q.type, shape)
    let work = try TensorSpec.checked(.float, shape)
    let result = try TensorSpec.checked(q.type, [batch, steps, queryHeads * valueSize])
    // The state is kept in single precision, whatever its type outside.
    let load = try past.map { (past) throws(KernelError) in
      try CastKernel(to: .float).prepare(Operands([Operand(spec: past)]), options: options)
    }
    let store = try CastKernel(to: state.type).prepare(Operands([Operand(spec: work)]), options: options)
    let visit = Visit(
      rule: rule, scale: scale == 0 ? 1 / Double(keySize).squareRoot() : scale, batch: batch, steps: steps,
      queryHeads: queryHeads, heads: heads, keySize: keySize, valueSize: valueSize, decayWidth: decayWidth,
      betaWidth: betaWidth, results: [result, state], load: load, store: store, stateBytes: alignedSize(work.byteCount))
    return try q.type.float(visit)
  }

  private struct Visit: FloatVisitor {
    let rule: LinearAttentionRule
    let scale: Double
    let batch: Int
    let steps: Int
    let queryHeads: Int
    let heads: Int
    let keySize: Int
    let valueSize: Int
    let decayWidth: Int
    let betaWidth: Int
    let results: [TensorSpec]
    let load: Prepared?
    let store: Prepared
    let stateBytes: Int

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared(results, scratchBytes: stateBytes + alignedSize(batch * heads * valueSize * 4)) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let q = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let k = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let v = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let decay = rule.isGated ? invocation.operand(4, as: T.self) : nil
        nonisolated(unsafe) let beta = rule.isCorrected ? invocation.operand(5, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let states = invocation.scratch.assumingMemoryBound(to: Float.self)
        nonisolated(unsafe) let values = (invocation.scratch + stateBytes).assumingMemoryBound(to: Float.self)
        let stateSize = keySize * valueSize
        if let load {
          let past = UnsafeMutableRawPointer(mutating: invocation.operand(3, as: UInt8.self))
          try load.run([past], [invocation.scratch], like: invocation)
        } else {
          states.update(repeating: 0, count: results[1].count)
        }
        let group = queryHeads / heads
        invocation.threads.forRanges(batch * heads, grain: 1) { range in
          for line in range {
            let (b, h) = line.quotientAndRemainder(dividingBy: heads)
            let state = states + line * stateSize
            let value = values + line * valueSize
            for t in b * steps..<(b + 1) * steps {
              let key = k + (t * heads + h) * keySize
              let added = v + (t * heads + h) * valueSize
              for m in 0..<valueSize { value[m] = Float(added[m].compute.double) }
              if let decay {
                for d in 0..<keySize {
                  let at = decayWidth == heads ? h : h * keySize + d
                  let kept = Float(decay[t * decayWidth + at].compute.double).exponential
                  for m in 0..<valueSize { state[d * valueSize + m] *= kept }
                }
              }
              if let beta {
                for d in 0..<keySize {
                  let weight = Float(key[d].compute.double)
                  for m in 0..<valueSize { value[m] -= state[d * valueSize + m] * weight }
                }
                let share = Float(beta[t * betaWidth + (betaWidth == 1 ? 0 : h)].compute.double)
                for m in 0..<valueSize { value[m] *= share }
              }
              for d in 0..<keySize {
                let weight = Float(key[d].compute.double)
                for m in 0..<valueSize { state[d * valueSize + m] += weight * value[m] }
              }
              guard let y else { continue }
              for head in h * group..<(h + 1) * group {
                let query = q + (t * queryHeads + head) * keySize
                value.update(repeating: 0, count: valueSize)
                for d in 0..<keySize {
                  let weight = Float(query[d].compute.double)
                  for m in 0..<valueSize { value[m] += weight * state[d * valueSize + m] }
                }
                let target = y + (t * queryHeads + head) * valueSize
                for m in 0..<valueSize { target[m] = T(compute: T.Compute(double: Double(value[m]) * scale)) }
              }
            }
          }
        }
        if let last = invocation.wantedResult(1, as: UInt8.self) {
          try store.run([invocation.scratch], [UnsafeMutableRawPointer(last)], like: invocation)
        }
      }
    }
  }
}
