import CKernels

/// Scaled dot-product attention on floats: softmax(scale · Q · Kᵀ + mask) · V, whose products never go to memory.
///
/// Operands 0 to 2 hold the queries, keys and values, operand 3, optional, the mask; each is read where its `Place`
/// says, so that heads need not be split off or packed tensors be cut first. A mask of floats is added to the products;
/// of a mask of booleans, false makes a product `fill`. The result has the dimensions batch, heads, queries and value
/// size in the order `perm`.
public struct FusedAttentionKernel: Kernel {
  /// Where the elements of a tensor of the dimensions batch, heads, rows and elements lie in an operand.
  public struct Place: Codable, Hashable, Sendable {
    public var offset: Int
    /// How far apart neighbours along each dimension are, 0 for a dimension that repeats.
    public var strides: [Int]

    public init(offset: Int, strides: [Int]) {
      self.offset = offset
      self.strides = strides
    }
  }

  public var batch: Int
  public var heads: Int
  /// How many heads keys and values have; a divisor of `heads`.
  public var keyHeads: Int
  public var queries: Int
  public var keys: Int
  /// The extents of queries and keys, and of values.
  public var size: Int
  public var valueSize: Int
  public var q: Place
  public var k: Place
  public var v: Place
  public var mask: Place?
  public var scale: Float
  /// Whether query i sees keys 0 to i only.
  public var isCausal: Bool
  public var fill: Float
  /// Whether queries that see no key at all get zeros, not NaN.
  public var blindIsZero: Bool
  public var perm: [Int]

  public init(
    batch: Int, heads: Int, keyHeads: Int, queries: Int, keys: Int, size: Int, valueSize: Int, q: Place, k: Place,
    v: Place, mask: Place? = nil, scale: Float, isCausal: Bool = false, fill: Float = -.infinity,
    blindIsZero: Bool = false, perm: [Int] = [0, 1, 2, 3]
  ) {
    self.batch = batch
    self.heads = heads
    self.keyHeads = keyHeads
    self.queries = queries
    self.keys = keys
    self.size = size
    self.valueSize = valueSize
    self.q = q
    self.k = k
    self.v = v
    self.mask = mask
    self.scale = scale
    self.isCausal = isCausal
    self.fill = fill
    self.blindIsZero = blindIsZero
    self.perm = perm
  }

  /// The longest queries that there is code for.
  public static let maximalSize = Int(ONRAMP_ATTENTION_SIZE)

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    for i in 0...2 { try require(try operands.spec(i), is: .float, "operand \(i)") }
    guard keyHeads > 0, heads % keyHeads == 0, (0...Self.maximalSize).contains(size), perm.sorted() == [0, 1, 2, 3]
    else { throw .invalid("attention of \(heads) and \(keyHeads) heads, \(size) elements each, in the order \(perm)") }
    try check(q, [batch, heads, queries, size], try operands.spec(0), isDense: true)
    try check(k, [batch, keyHeads, keys, size], try operands.spec(1), isDense: false)
    try check(v, [batch, keyHeads, keys, valueSize], try operands.spec(2), isDense: true)
    guard operands.has(3) == (mask != nil) else { throw .invalid("a mask without its place") }
    let isBool = try operands.optionalSpec(3)?.type == .bool
    if let mask {
      let spec = try operands.spec(3)
      if !isBool { try require(spec, is: .float, "operand 3") }
      try check(mask, [batch, heads, queries, keys], spec, isDense: true)
    }
    let extents = [batch, heads, queries, valueSize]
    let result = try TensorSpec.checked(.float, perm.map { extents[$0] })
    let dense = denseStrides(result.shape)
    var strides = [0, 0, 0, 0]
    for (d, p) in perm.enumerated() { strides[p] = dense[d] }
    guard strides[3] == 1 || valueSize <= 1 else { throw .unsupported("attention whose result is not by rows") }

    let panel = onramp_attention_panel()
    func panels(_ n: Int) throws(KernelError) -> Int {
      try checkedProduct(try checkedSum(n, panel - 1) / panel, panel)
    }
    // Each head's keys and values, packed.
    let keyCount = try checkedProduct(try panels(keys), size)
    let valueCount = try checkedProduct(try panels(valueSize), keys)
    let headCount = try checkedSum(keyCount, valueCount)
    let allKeyHeads = try checkedProduct(batch, keyHeads)
    let scratchBytes = try checkedProduct(try checkedProduct(headCount, allKeyHeads), 4)
    let sight = Sight(self, mask: operands.has(3) ? operands.list[3]?.value?.tensor : nil)
    let group = heads / keyHeads
    return Prepared([result], scratchBytes: scratchBytes) { [self, strides] invocation in
      guard result.count > 0 else { return }
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      guard keys > 0 else { return y.update(repeating: 0, count: result.count) }
      nonisolated(unsafe) let packed = invocation.scratch.assumingMemoryBound(to: Float.self)
      nonisolated(unsafe) let (q, k, v) = (
        invocation.operand(0, as: Float.self), invocation.operand(1, as: Float.self),
        invocation.operand(2, as: Float.self)
      )
      nonisolated(unsafe) let addends = mask != nil && !isBool ? invocation.operand(3, as: Float.self) : nil
      nonisolated(unsafe) let bits = mask != nil && isBool ? invocation.operand(3, as: UInt8.self) : nil

      @Sendable func pack(_ head: Int) {
        let (b, h) = head.quotientAndRemainder(dividingBy: keyHeads)
        let to = packed + head * headCount
        onramp_attention_pack_keys(
          to, k + self.k.at(b, h), self.k.strides[2], self.k.strides[3], keys, size, scale)
        onramp_attention_pack_values(to + keyCount, v + self.v.at(b, h), self.v.strides[2], keys, valueSize)
      }
      /// The queries `rows` of a head of all batches'.
      @Sendable func attend(_ head: Int, _ rows: Range<Int>) {
        let (b, h) = head.quotientAndRemainder(dividingBy: heads)
        let own = packed + (b * keyHeads + h / group) * headCount
        var block = onramp_attention_block()
        block.rows = rows.count
        block.keys = keys
        block.size = size
        block.value_size = valueSize
        block.q = q + self.q.at(b, h) + rows.lowerBound * self.q.strides[2]
        block.q_stride = self.q.strides[2]
        block.k = UnsafePointer(own)
        block.v = UnsafePointer(own + keyCount)
        block.y = y + b * strides[0] + h * strides[1] + rows.lowerBound * strides[2]
        block.y_stride = strides[2]
        block.fill = fill
        block.blind_is_zero = blindIsZero ? 1 : 0
        if let mask, !sight.saysAll {
          let at = mask.at(b, h) + rows.lowerBound * mask.strides[2]
          block.mask = addends.map { $0 + at }
          block.keep = bits.map { $0 + at }
          block.mask_stride = mask.strides[2]
        }
        sight.seen.withUnsafeBufferPointer { seen in
          block.seen = seen.baseAddress.map { $0 + sight.at(b, h) + rows.lowerBound }
          if seen.isEmpty { block.seen = nil }
          onramp_attention(&block)
        }
      }
      let threads = invocation.threads
      if allKeyHeads >= 4 * threads.threadCount || allKeyHeads % threads.threadCount == 0 {
        // What a thread packs is still in its cache when it is read.
        threads.forEach(allKeyHeads) { head in
          pack(head)
          for i in 0..<group { attend(head * group + i, 0..<queries) }
        }
      } else {
        let rows = 48
        let blocks = (queries + rows - 1) / rows
        threads.forEach(allKeyHeads) { pack($0) }
        threads.forEach(batch * heads * blocks) { task in
          let (head, block) = task.quotientAndRemainder(dividingBy: blocks)
          attend(head, block * rows..<min(queries, (block + 1) * rows))
        }
      }
    }
  }

  /// Checks that all elements lie in an operand, and with `isDense` that those of a row are neighbours.
  private func check(_ place: Place, _ extents: [Int], _ spec: TensorSpec, isDense: Bool) throws(KernelError) {
    guard place.strides.count == 4, place.offset >= 0, extents.allSatisfy({ $0 >= 0 }),
      place.strides.allSatisfy({ $0 >= 0 }), !isDense || place.strides[3] == 1 || extents[3] <= 1
    else { throw .invalid("a place of offset \(place.offset) and strides \(place.strides)") }
    _ = try TensorSpec.checked(.float, extents)
    if extents.contains(0) { return }
    var last = place.offset
    for (extent, stride) in zip(extents, place.strides) {
      last = try checkedSum(last, try checkedProduct(extent - 1, stride))
    }
    guard last < spec.count else { throw .invalid("element \(last) of \(spec)") }
  }

  /// How many keys, from the first on, each query sees, where that is known ahead.
  private struct Sight: Sendable {
    /// For each query; empty when all see all.
    var seen: [Int] = []
    /// How far apart the numbers of neighbouring batches and heads are.
    private var strides = [0, 0]
    /// Whether nothing else is to be known of the mask.
    var saysAll = false

    /// - Parameter mask: the mask, when it is the same in every run.
    init(_ kernel: FusedAttentionKernel, mask: Tensor?) {
      let (queries, keys) = (kernel.queries, kernel.keys)
      if kernel.isCausal {
        seen = (0..<queries).map { min($0 + 1, keys) }
      } else if let mask, let place = kernel.mask, queries > 0, keys > 0, kernel.batch > 0, kernel.heads > 0 {
        read(mask, place, kernel)
      }
    }

    @inline(__always)
    func at(_ b: Int, _ h: Int) -> Int { b * strides[0] + h * strides[1] }

    /// Below it, a number added to a product leaves nothing of its weight beside any other product's.
    private static let hidden: Float = -1e30

    private mutating func read(_ mask: Tensor, _ place: Place, _ kernel: FusedAttentionKernel) {
      let (queries, keys) = (kernel.queries, kernel.keys)
      // A mask that repeats over batches or heads is read once.
      let (batches, heads) = (place.strides[0] == 0 ? 1 : kernel.batch, place.strides[1] == 0 ? 1 : kernel.heads)
      if mask.type == .bool, kernel.fill > Self.hidden { return }
      var counts: [Int] = []
      var isPlain = true
      for b in 0..<batches {
        for h in 0..<heads {
          for i in 0..<queries {
            let at = place.at(b, h) + i * place.strides[2]
            var count = keys
            if mask.type == .bool {
              let bits = mask.address.assumingMemoryBound(to: UInt8.self) + at
              while count > 0, bits[count - 1] == 0 { count -= 1 }
              for j in 0..<count where bits[j] == 0 { isPlain = false }
            } else {
              let addends = mask.address.assumingMemoryBound(to: Float.self) + at
              while count > 0, addends[count - 1] <= Self.hidden { count -= 1 }
              for j in 0..<count where addends[j] != 0 { isPlain = false }
            }
            // What becomes of a query that sees nothing depends on what hides the keys.
            if count == 0 { return }
            counts.append(count)
          }
        }
      }
      saysAll = isPlain
      if counts.contains(where: { $0 < keys }) {
        seen = counts
        strides = [batches > 1 ? heads * queries : 0, heads > 1 ? queries : 0]
      }
    }
  }
}

extension FusedAttentionKernel.Place {
  /// Where the rows of a head start.
  @inline(__always)
  fileprivate func at(_ batch: Int, _ head: Int) -> Int { offset + batch * strides[0] + head * strides[1] }
}
