/// Scaled dot-product attention.
///
/// The operands are the queries, keys and values, each (batch, heads, sequence, size) or (batch, sequence,
/// heads · size); the mask (booleans, or numbers to add); the keys and values of the past; and how many keys of each
/// batch count. Only the first three are required. The results are the output in the queries' layout, all keys, all
/// values, and the products of queries and keys. Several query heads may share a key head.
public struct AttentionKernel: Kernel {
  public var isCausal: Bool
  /// For operands of rank 3.
  public var qNumHeads: Int?
  public var kvNumHeads: Int?
  /// Nil for one over the square root of the size.
  public var scale: Double?
  /// 0 for none.
  public var softcap: Double
  /// What result 3 shows: 0 the bare products, 1 those after the soft cap, 2 with the mask too, 3 after the softmax.
  public var qkMatmulOutputMode: Int
  /// How many keys before and after its own position a query sees; -1 for all.
  public var leftWindowSize: Int
  public var rightWindowSize: Int

  public init(
    isCausal: Bool = false, qNumHeads: Int? = nil, kvNumHeads: Int? = nil, scale: Double? = nil, softcap: Double = 0,
    qkMatmulOutputMode: Int = 0, leftWindowSize: Int = -1, rightWindowSize: Int = -1
  ) {
    self.isCausal = isCausal
    self.qNumHeads = qNumHeads
    self.kvNumHeads = kvNumHeads
    self.scale = scale
    self.softcap = softcap
    self.qkMatmulOutputMode = qkMatmulOutputMode
    self.leftWindowSize = leftWindowSize
    self.rightWindowSize = rightWindowSize
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (q, k, v) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    for i in [1, 2, 4, 5] where operands.has(i) { try require(try operands.spec(i), is: q.type, "operand \(i)") }
    let query = try Heads(q, qNumHeads, "the queries")
    let key = try Heads(k, kvNumHeads, "the keys")
    let value = try Heads(v, kvNumHeads, "the values")
    guard query.batch == key.batch, key.batch == value.batch, key.heads == value.heads, key.length == value.length,
      query.size == key.size, query.heads == 0 || key.heads > 0 && query.heads % key.heads == 0
    else { throw .invalid("attention of shapes \(q.shape), \(k.shape) and \(v.shape)") }
    guard leftWindowSize >= -1, rightWindowSize >= -1, (0...3).contains(qkMatmulOutputMode) else {
      throw .invalid("window sizes or output mode are out of range")
    }
    guard operands.has(4) == operands.has(5) else { throw .invalid("past keys and values must come together") }
    let past = try operands.optionalSpec(4)?.shape.dropFirst(2).first ?? 0
    if let pastKey = try operands.optionalSpec(4), let pastValue = try operands.optionalSpec(5) {
      try require(pastKey, has: [key.batch, key.heads, past, key.size], "the past keys")
      try require(pastValue, has: [key.batch, key.heads, past, value.size], "the past values")
    }
    if let lengths = try operands.optionalSpec(6) {
      try require(lengths, is: .int64, "operand 6")
      try require(lengths, has: [query.batch], "operand 6")
    }
    let total = try checkedSum(past, key.length)
    var mask: Mask?
    if let spec = try operands.optionalSpec(3), spec.count > 0 {
      // A mask may be shorter than the keys; those it does not reach are not seen.
      let width = spec.shape.last ?? total
      guard width <= total || total == 0 else { throw .invalid("a mask of shape \(spec.shape) for \(total) keys") }
      let shape = [query.batch, query.heads, query.length, width == 1 ? total : width]
      guard try broadcastShape([spec.shape, shape]) == shape else {
        throw .invalid("a mask of shape \(spec.shape) for \(shape)")
      }
      mask = try Mask(spec, shape, computing: q.type == .double ? .double : .float, options)
    }
    var y = q.shape
    y[q.rank - 1] = q.rank == 3 ? try checkedProduct(query.heads, value.size) : value.size
    let results = [
      try TensorSpec.checked(q.type, y),
      try TensorSpec.checked(q.type, [key.batch, key.heads, total, key.size]),
      try TensorSpec.checked(q.type, [key.batch, key.heads, total, value.size]),
      try TensorSpec.checked(q.type, [query.batch, query.heads, query.length, total]),
    ]
    return try q.type.float(
      Visit(
        kernel: self, query: query, key: key, value: value, past: past, total: total, mask: mask,
        hasLengths: operands.has(6), results: results))
  }

  /// Where the vectors of an operand lie.
  private struct Heads: Sendable {
    let batch: Int
    let heads: Int
    let length: Int
    let size: Int
    private let isFlat: Bool

    init(_ spec: TensorSpec, _ count: Int?, _ what: String) throws(KernelError) {
      isFlat = spec.rank == 3
      if isFlat {
        guard let count, count > 0, spec.shape[2] % count == 0 else {
          throw .invalid("\(what) of shape \(spec.shape) do not divide into \(count ?? 0) heads")
        }
        (batch, heads, length, size) = (spec.shape[0], count, spec.shape[1], spec.shape[2] / count)
      } else {
        guard spec.rank == 4 else { throw .invalid("\(what) must have rank 3 or 4, not shape \(spec.shape)") }
        (batch, heads, length, size) = (spec.shape[0], spec.shape[1], spec.shape[2], spec.shape[3])
      }
    }

    /// The offset of a vector of `size` elements.
    @inline(__always)
    func offset(_ b: Int, _ h: Int, _ i: Int, size: Int) -> Int {
      (isFlat ? (b * length + i) * heads + h : (b * heads + h) * length + i) * size
    }
  }

  /// How to read a mask.
  private struct Mask: Sendable {
    let nest: LoopNest
    /// How many keys it reaches.
    let width: Int
    let isBool: Bool
    /// Converts numbers of another type to the one that is computed with.
    let cast: Prepared?
    let castBytes: Int

    init(_ spec: TensorSpec, _ shape: [Int], computing: ElementType, _ options: KernelOptions) throws(KernelError) {
      nest = LoopNest(shape, strides: [broadcastStrides(spec.shape, to: shape)])
      width = shape.last ?? 0
      isBool = spec.type == .bool
      if isBool || spec.type == computing {
        (cast, castBytes) = (nil, 0)
      } else {
        let wide = try TensorSpec.checked(computing, spec.shape)
        castBytes = alignedSize(try checkedProduct(wide.count, computing.byteCount))
        cast = try CastKernel(to: computing).prepare(Operands([Operand(spec: spec)]), options: options)
      }
    }
  }

  private struct Visit: FloatVisitor {
    let kernel: AttentionKernel
    let query: Heads
    let key: Heads
    let value: Heads
    let past: Int
    let total: Int
    let mask: Mask?
    let hasLengths: Bool
    let results: [TensorSpec]

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      typealias C = T.Compute
      // All keys and values as the softmax's precision, head by head; keys transposed, so that rows of products form.
      let (keyBytes, valueBytes) = (
        alignedSize(results[1].count * MemoryLayout<C>.size), alignedSize(results[2].count * MemoryLayout<C>.size)
      )
      let scratchBytes = keyBytes + valueBytes + (mask?.castBytes ?? 0)
      return Prepared(results, scratchBytes: scratchBytes) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let q = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let k = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let v = invocation.operand(2, as: T.self)
        var addends = mask == nil ? nil : UnsafeRawPointer(invocation.operand(3, as: UInt8.self))
        if let cast = mask?.cast {
          let wide = invocation.scratch + keyBytes + valueBytes
          try cast.run([addends.map { UnsafeMutableRawPointer(mutating: $0) }], [wide], like: invocation)
          addends = UnsafeRawPointer(wide)
        }
        nonisolated(unsafe) let bits = addends
        nonisolated(unsafe) let pastKeys = past > 0 ? invocation.operand(4, as: T.self) : nil
        nonisolated(unsafe) let pastValues = past > 0 ? invocation.operand(5, as: T.self) : nil
        nonisolated(unsafe) let lengths = hasLengths ? invocation.operand(6, as: Int64.self) : nil
        nonisolated(unsafe) let y = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let presentKeys = invocation.wantedResult(1, as: T.self)
        nonisolated(unsafe) let presentValues = invocation.wantedResult(2, as: T.self)
        nonisolated(unsafe) let products = invocation.wantedResult(3, as: T.self)
        nonisolated(unsafe) let keys = invocation.scratch.assumingMemoryBound(to: C.self)
        nonisolated(unsafe) let values = (invocation.scratch + keyBytes).assumingMemoryBound(to: C.self)
        let threads = invocation.threads
        let size = key.size
        threads.forRanges(key.batch * key.heads, grain: 1) { range in
          for head in range {
            let (b, h) = head.quotientAndRemainder(dividingBy: key.heads)
            for j in 0..<total {
              let fromKey =
                j < past
                ? pastKeys.map { $0 + (head * past + j) * size } : k + key.offset(b, h, j - past, size: size)
              let fromValue =
                j < past
                ? pastValues.map { $0 + (head * past + j) * value.size }
                : v + value.offset(b, h, j - past, size: value.size)
              guard let fromKey, let fromValue else { continue }
              for i in 0..<size { keys[(head * size + i) * total + j] = fromKey[i].compute }
              let to = values + (head * total + j) * value.size
              for i in 0..<value.size { to[i] = fromValue[i].compute }
              if let presentKeys { (presentKeys + (head * total + j) * size).update(from: fromKey, count: size) }
              if let presentValues {
                (presentValues + (head * total + j) * value.size).update(from: fromValue, count: value.size)
              }
            }
          }
        }
        let scale = kernel.scale ?? 1 / Double(max(size, 1)).squareRoot()
        let factor = C(double: scale)
        let softcap = C(double: kernel.softcap)
        let mode = kernel.qkMatmulOutputMode
        let rows = query.batch * query.heads * query.length
        threads.forRanges(rows, grain: max(1, cheapGrain / max(1, total * (size + value.size)))) { range in
          withUnsafeTemporaryAllocation(of: C.self, capacity: 2 * total + value.size) { memory in
            guard let scores = memory.baseAddress else { return }
            let bias = scores + total
            let sums = bias + total
            for row in range {
              let (rest, i) = row.quotientAndRemainder(dividingBy: query.length)
              let (b, h) = rest.quotientAndRemainder(dividingBy: query.heads)
              let head = b * key.heads + h / (query.heads / key.heads)
              func show(_ step: Int) {
                guard mode == step, let products else { return }
                for j in 0..<total { products[row * total + j] = T(compute: scores[j]) }
              }
              for j in 0..<total { scores[j] = 0 }
              let from = q + query.offset(b, h, i, size: size)
              for p in 0..<size {
                let x = from[p].compute * factor
                let column = keys + (head * size + p) * total
                for j in 0..<total { scores[j] += x * column[j] }
              }
              show(0)
              if softcap > 0 { for j in 0..<total { scores[j] = softcap * (scores[j] / softcap).hyperbolicTangent } }
              show(1)
              fillBias(bias, row, b, i, bits, lengths)
              var isSeen = false
              for j in 0..<total {
                if bias[j] > C.lowest || bias[j].isNaN { isSeen = true }
                scores[j] += bias[j]
              }
              show(2)
              if isSeen { softmax(scores, total) } else { for j in 0..<total { scores[j] = 0 } }
              show(3)
              guard let y else { continue }
              for p in 0..<value.size { sums[p] = 0 }
              for j in 0..<total where scores[j] != 0 {
                let weight = scores[j]
                let from = values + (head * total + j) * value.size
                for p in 0..<value.size { sums[p] += weight * from[p] }
              }
              let to = y + query.offset(b, h, i, size: value.size)
              for p in 0..<value.size { to[p] = T(compute: sums[p]) }
            }
          }
        }
      }
    }

    /// What is added to a query's products: the mask, and negative infinity for keys that it must not see.
    private func fillBias<C: RealMath>(
      _ bias: UnsafeMutablePointer<C>, _ row: Int, _ b: Int, _ i: Int, _ bits: UnsafeRawPointer?,
      _ lengths: UnsafePointer<Int64>?
    ) {
      let hidden = C.lowest
      for j in 0..<total { bias[j] = 0 }
      if let bits, let mask {
        for j in min(mask.width, total)..<total { bias[j] = hidden }
        let start = row * mask.width
        let step = mask.nest.step[0]
        let (isSeen, addends) = (bits.assumingMemoryBound(to: UInt8.self), bits.assumingMemoryBound(to: C.self))
        mask.nest.forEachRun(start..<start + mask.width) { at, count, offset in
          for j in 0..<count {
            let element = offset[0] + j * step
            bias[at - start + j] = mask.isBool ? (isSeen[element] != 0 ? 0 : hidden) : addends[element]
          }
        }
      }
      // The query's position among the keys.
      let known = lengths.map { Int(clamping: $0[b]) }
      let position = (past > 0 ? past : known.map { $0 &- query.length } ?? 0) &+ i
      for j in 0..<total {
        if kernel.isCausal && j > position
          || kernel.leftWindowSize >= 0 && position &- j > kernel.leftWindowSize
          || kernel.rightWindowSize >= 0 && j &- position > kernel.rightWindowSize
          || known.map({ j >= $0 }) == true
        {
          bias[j] = hidden
        }
      }
    }
  }
}
