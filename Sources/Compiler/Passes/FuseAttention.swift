import Graph
import KernelRuntime
import Operators

/// Finds scaled dot-product attention, spelled out as MatMul, scaling, mask, Softmax, MatMul or as the operator
/// Attention, and makes one node of it that reads queries, keys and values where the projections left them.
enum FuseAttention {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) && graph[node].results.count == 1 {
      let fusion: Fusion?
      switch graph[node].op {
      case OperatorName("Softmax"):
        while try dropReshapes(before: node, &graph) {}
        while try joinMasks(before: node, &graph) {}
        fusion = Fusion(softmax: node, graph)
      case OperatorName("Attention"): fusion = Fusion(attention: node, graph)
      default: continue
      }
      try fusion?.apply(to: &graph)
    }
  }

  /// What hides products of queries and keys: numbers to add, or booleans, where false makes a product `fill`.
  private struct Mask {
    var value: ValueID
    /// Whether it is true that hides.
    var isInverted = false
    var fill = -Float.infinity
  }

  /// The products that a Softmax takes.
  private struct Scores {
    let q: ValueID
    /// Transposed: size by keys.
    let k: ValueID
    var scale = 1.0
    var mask: Mask?

    /// Walks up from a value that nothing but the node below uses.
    static func find(_ value: ValueID, _ graph: Graph) -> Scores? {
      guard graph.onlyUser(value) != nil, let shape = graph.extents(value) else { return nil }
      if let factors = graph.operands(value, of: "MatMul") { return Scores(q: factors[0], k: factors[1]) }
      /// What another value of the same shape comes from, as long as no mask is in it yet.
      func inner(_ other: ValueID) -> Scores? {
        guard graph.extents(other) == shape, let found = find(other, graph), found.mask == nil else { return nil }
        return found
      }
      if let (factor, other) = graph.scaled(value) {
        guard var found = inner(other) else { return nil }
        found.scale *= factor
        return found
      }
      for (other, mask) in graph.bothOrders(value, of: "Add") {
        guard var found = inner(other) else { continue }
        found.mask = Mask(value: mask)
        return found
      }
      if let choice = graph.operands(value, of: "Where") {
        for (other, number, isInverted) in [(choice[1], choice[2], false), (choice[2], choice[1], true)] {
          guard let fill = graph.number(number), var found = inner(other) else { continue }
          found.mask = Mask(value: choice[0], isInverted: isInverted, fill: Float(fill))
          return found
        }
      }
      return nil
    }
  }

  /// Adds a mask to a Softmax's operand as it stands where it is added under a shape whose first two dimensions are the
  /// operand's first, as Swin's is to groups of windows.
  ///
  /// - Returns: whether there was such a mask.
  private static func dropReshapes(before softmax: NodeID, _ graph: inout Graph) throws(Diagnostic) -> Bool {
    guard let scores = graph[softmax].operands.first ?? nil, let end = graph[scores].producer,
      let shape = graph.extents(scores), let sum = graph.operands(scores, of: "Reshape")?.first,
      let addition = graph[sum].producer, graph.onlyUser(sum) == end, let apart = graph.extents(sum),
      !apart.contains(0), apart.count == shape.count + 1, apart[2...] == shape[1...]
    else { return false }
    for (terms, mask) in graph.bothOrders(sum, of: "Add") {
      guard let products = graph.operands(terms, of: "Reshape")?.first, let start = graph[terms].producer,
        graph.onlyUser(terms) == addition, graph.extents(products) == shape, graph.extents(terms) == apart,
        let own = graph.extents(mask)
      else { continue }
      let padded = Array(repeating: 1, count: apart.count - own.count) + own
      let rest = Array(padded[2...])
      let joined = try graph.build(before: end) { (builder) throws(Diagnostic) -> ValueID in
        if padded[..<2] == [1, 1] { return try builder.add("Reshape", [mask, builder.constant([1] + rest)]) }
        let whole =
          padded[..<2] == apart[..<2]
          ? mask : try builder.add("Expand", [mask, builder.constant(apart[..<2] + rest)])
        return try builder.add("Reshape", [whole, builder.constant(shape[..<1] + rest)])
      }
      try graph.replace([start, addition, end], by: OperatorName("Add"), [products, joined], [:])
      return true
    }
    return false
  }

  /// Makes one of the last two masks that are added to the products that a Softmax takes. Where both are constants, so is
  /// their sum.
  ///
  /// - Returns: whether there were two.
  private static func joinMasks(before softmax: NodeID, _ graph: inout Graph) throws(Diagnostic) -> Bool {
    guard let scores = graph[softmax].operands.first ?? nil, let end = graph[scores].producer,
      let shape = graph.extents(scores)
    else { return false }
    for (sum, outer) in graph.bothOrders(scores, of: "Add") where graph.onlyUser(sum) == end {
      for (products, inner) in graph.bothOrders(sum, of: "Add") {
        guard let addition = graph[sum].producer, graph.extents(products) == shape, graph.extents(sum) == shape,
          Scores.find(products, graph) != nil
        else { continue }
        let both = try graph.build(before: end) { (builder) throws(Diagnostic) -> ValueID in
          try builder.add("Add", [inner, outer])
        }
        try graph.replace([addition, end], by: OperatorName("Add"), [products, both], [:])
        return true
      }
    }
    return false
  }

  private struct Fusion {
    private var q: StridedView
    private var k: StridedView
    private var v: StridedView
    private var mask: StridedView?
    private var isMaskInverted = false
    private var attributes: [String: AttributeValue] = [:]
    /// The value that the fused node makes in the end, and how many dimensions it has.
    private var end: ValueID
    private let rank: Int
    private let provenance: NodeID

    /// The attention around a Softmax.
    init?(softmax node: NodeID, _ graph: Graph) {
      guard let x = graph[node].operands.first ?? nil, graph.isFloat(x), let shape = graph.extents(x),
        (2...8).contains(shape.count), let call = Inference.call(node, in: graph),
        (try? call.axis(call.int("axis"), rank: shape.count)) == shape.count - 1,
        let scores = Scores.find(x, graph)
      else { return nil }
      var blindIsZero = false
      var weights = graph[node].results[0]
      if let guarded = Self.withoutNaN(weights, graph) { (weights, blindIsZero) = (guarded, true) }
      guard var y = graph.onlyResult(weights, of: "MatMul"), let factors = graph.operands(y, of: "MatMul"),
        factors[0] == weights, factors[1] != weights
      else { return nil }

      // Dimensions: those before the last two are batch and heads, or the two in one.
      var lead = Array(shape.dropLast(2))
      let (queries, keys) = (shape[shape.count - 2], shape[shape.count - 1])
      guard let size = graph.extents(scores.q)?.last, let valueSize = graph.extents(factors[1])?.last,
        graph.extents(scores.k)?.count ?? 0 >= 2, graph.extents(factors[1])?.count ?? 0 >= 2,
        graph.extents(scores.q)?.count ?? 0 >= 2, graph.extents(y) == lead + [queries, valueSize],
        var q = Self.factor(scores.q, [queries, size], lead, isScaled: true, graph),
        var k = Self.factor(scores.k, [size, keys], lead, isScaled: true, isByRows: false, graph)?.swapped,
        var v = Self.factor(factors[1], [keys, valueSize], lead, isScaled: false, graph)
      else { return nil }
      var mask: StridedView?
      if let found = scores.mask {
        guard let view = Self.mask(found.value, shape, graph) else { return nil }
        (mask, isMaskInverted) = (view, found.isInverted)
        attributes["fill"] = .float(found.fill)
      }
      var views = [q, k, v] + (mask.map { [$0] } ?? [])
      if lead.count == 1, let split = graph.onlyResult(y, of: "Reshape"), let target = graph.extents(split),
        target.count == 4, target[0] > 0, target[1] > 0, target[0] &* target[1] == lead[0],
        target[2...] == [queries, valueSize]
      {
        let apart = views.compactMap { $0.reshaped(to: Array(target[..<2]) + $0.shape[1...]) }
        if apart.count == views.count { (views, lead, y) = (apart, Array(target[..<2]), split) }
      }
      // All dimensions before the heads are one.
      let outer = max(0, lead.count - 2)
      if outer > 0 {
        let whole = lead[...outer].reduce(1, &*)
        let joined = views.compactMap { $0.reshaped(to: [whole] + $0.shape[(outer + 1)...]) }
        guard joined.count == views.count else { return nil }
        views = joined
      }
      views = views.map(\.fourDimensional)
      (q, k, v) = (views[0], views[1], views[2])
      if let keys = k.ungrouped(graph), let values = v.ungrouped(graph), keys.shape[1] == values.shape[1] {
        (k, v) = (keys, values)
      }
      self.mask = views.count > 3 ? views[3] : nil
      let scale = scores.scale * q.factor * k.factor
      (q.factor, k.factor) = (1, 1)
      (self.q, self.k, self.v) = (q, k, v)
      rank = lead.count + 2
      end = y
      provenance = node
      guard
        finish(
          [q.shape[0], q.shape[1], k.shape[1], queries, keys, size, valueSize], scale: scale, blindIsZero: blindIsZero,
          outer: outer, graph)
      else { return nil }
    }

    /// The operator Attention in its plain form: the whole sequence at once, no cap, no windows.
    init?(attention node: NodeID, _ graph: Graph) {
      let record = graph[node]
      guard graph.isFloat(record.results[0]), let call = Inference.call(node, in: graph),
        record.operands.count >= 3, !(4...6).contains(where: { call.has($0) }),
        (try? call.float("softcap")) == 0, (try? call.int("left_window_size")) == -1,
        (try? call.int("right_window_size")) == -1,
        let q = Self.heads(record.operands[0], (try? call.optionalInt("q_num_heads")) ?? nil, graph),
        let k = Self.heads(record.operands[1], (try? call.optionalInt("kv_num_heads")) ?? nil, graph),
        let v = Self.heads(record.operands[2], (try? call.optionalInt("kv_num_heads")) ?? nil, graph),
        let isCausal = try? call.flag("is_causal"),
        k.shape[0] == q.shape[0], v.shape[0] == q.shape[0], k.shape[1] == v.shape[1], k.shape[2] == v.shape[2],
        k.shape[3] == q.shape[3], k.shape[1] > 0, q.shape[1] % k.shape[1] == 0
      else { return nil }
      (self.q, self.k, self.v) = (q, k, v)
      if call.has(3), let value = record.operands[3] {
        guard let view = Self.mask(value, [q.shape[0], q.shape[1], q.shape[2], k.shape[2]], graph) else { return nil }
        mask = view
      }
      end = record.results[0]
      rank = 4
      provenance = node
      attributes["is_causal"] = .int(isCausal ? 1 : 0)
      let isFlat = graph.extents(end)?.count == 3
      let scale = ((try? call.optionalFloat("scale")) ?? nil).map(Double.init)
      guard
        finish(
          [q.shape[0], q.shape[1], k.shape[1], q.shape[2], k.shape[2], q.shape[3], v.shape[3]],
          scale: scale ?? 1 / Double(max(q.shape[3], 1)).squareRoot(), blindIsZero: true, isFlat: isFlat, graph)
      else { return nil }
    }

    /// Where the result is Softmax's but zeros for NaN: what stands for it.
    private static func withoutNaN(_ weights: ValueID, _ graph: Graph) -> ValueID? {
      guard graph[weights].uses.count == 2 else { return nil }
      for case .operand(let user, _) in graph[weights].uses where graph[user].op == OperatorName("IsNaN") {
        guard let test = graph[user].results.first, let choice = graph.onlyResult(test, of: "Where"),
          let operands = graph.operands(choice, of: "Where"), operands[0] == test, operands[2] == weights,
          graph.number(operands[1]) == 0, graph.extents(choice) == graph.extents(weights)
        else { return nil }
        return choice
      }
      return nil
    }

    /// A factor of a matrix product with its leading dimensions broadcast, in its own order of rows and columns.
    private static func factor(
      _ value: ValueID, _ matrix: [Int], _ lead: [Int], isScaled: Bool, isByRows: Bool = true, _ graph: Graph
    ) -> StridedView? {
      guard graph.isFloat(value), let shape = graph.extents(value), shape.suffix(2) == matrix[...] else { return nil }
      let traced = StridedView.tracing(value, isScaled: isScaled, graph)
      if let traced, traced.isByRows || !isByRows { return traced.broadcast(to: lead + matrix) }
      return StridedView(value, graph)?.broadcast(to: lead + matrix)
    }

    private static func mask(_ value: ValueID, _ shape: [Int], _ graph: Graph) -> StridedView? {
      guard let type = graph[value].type?.tensor?.elementType, type == .float || type == .bool else { return nil }
      for view in [StridedView.tracing(value, graph), StridedView(value, graph)] {
        if let view = view?.broadcast(to: shape), view.strides.last == 1 || shape.last == 1 { return view }
      }
      return nil
    }

    /// An operand of Attention as batch, heads, rows and elements.
    private static func heads(_ value: ValueID?, _ count: Int?, _ graph: Graph) -> StridedView? {
      guard let value, graph.isFloat(value), let view = StridedView.tracing(value, graph) else { return nil }
      if view.shape.count == 4 { return view }
      guard view.shape.count == 3, let count, count > 0, view.shape[2] % count == 0 else { return nil }
      let apart = [view.shape[0], view.shape[1], count, view.shape[2] / count]
      return (view.reshaped(to: apart) ?? StridedView(value, graph)?.reshaped(to: apart))?.permuted([0, 2, 1, 3])
    }

    /// Checks what the kernel demands, and takes a Transpose of the result over.
    ///
    /// - Parameter outer: how many dimensions before the heads were joined to the one before them.
    private mutating func finish(
      _ extents: [Int], scale: Double, blindIsZero: Bool, isFlat: Bool = false, outer: Int = 0, _ graph: Graph
    ) -> Bool {
      guard extents[5] <= FusedAttentionKernel.maximalSize, q.isByRows, v.isByRows, !extents.contains(0) else {
        return false
      }
      var perm = isFlat ? [0, 2, 1, 3] : [0, 1, 2, 3]
      let missing = 4 - (rank - outer)
      if !isFlat, let transposed = graph.onlyResult(end, of: "Transpose"), let node = graph[transposed].producer,
        let call = Inference.call(node, in: graph), let order = try? call.optionalInts("perm"), order.last == rank - 1,
        order.prefix(outer) == Array(0..<outer)[...], outer == 0 || order[outer] == outer
      {
        perm = Array(0..<missing) + order.dropFirst(outer).map { $0 - outer + missing }
        end = transposed
      }
      attributes["extents"] = .ints(extents)
      attributes["scale"] = .float(Float(scale))
      attributes["blind_is_zero"] = .int(blindIsZero ? 1 : 0)
      attributes["perm"] = .ints(perm)
      for (name, view) in [("q", q), ("k", k), ("v", v)] + (mask.map { [("mask", $0)] } ?? []) {
        attributes[name] = .ints([view.offset] + view.strides)
      }
      return true
    }

    func apply(to graph: inout Graph) throws(Diagnostic) {
      guard let last = graph[end].producer, let shape = graph.extents(end) else { return }
      let name = graph[end].name
      let new = try graph.build(before: last) { (builder) throws(Diagnostic) -> ValueID in
        var operands: [ValueID?] = [q.base, k.base, v.base]
        if let mask { operands.append(isMaskInverted ? try builder.add("Not", [mask.base]) : mask.base) }
        let y = try builder.addNode(
          OperatorName("FusedAttention", domain: ResultHalf.domain), operands, attributes, results: [name])[0]
        if builder.graph.extents(y) == shape { return y }
        return try builder.add("Reshape", [y, builder.constant(shape)], ["allowzero": .int(1)])
      }
      graph.replaceUses(of: end, with: new)
      graph.remove(last)
    }
  }
}

extension StridedView {
  /// Whether the elements of the last dimension are neighbours.
  fileprivate var isByRows: Bool { strides.last == 1 || shape.last == 1 }

  /// The last two dimensions exchanged.
  fileprivate var swapped: StridedView? {
    let rank = shape.count
    return rank < 2 ? nil : permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }

  /// Heads, the second dimension of four, before each was repeated for a group of queries' heads.
  fileprivate func ungrouped(_ graph: Graph) -> StridedView? {
    guard isWhole(graph), let repeated = graph.operands(base, of: "Reshape")?.first,
      var view = StridedView.tracing(repeated, graph), view.shape.count == 5, view.strides[2] == 0,
      [view.shape[0], view.shape[1] &* view.shape[2]] + view.shape[3...] == shape
    else { return nil }
    view.shape.remove(at: 2)
    view.strides.remove(at: 2)
    view.factor = factor
    return view
  }

  /// With dimensions of extent 1 before the first, as many as four take.
  fileprivate var fourDimensional: StridedView {
    var view = self
    while view.shape.count < 4 {
      view.shape.insert(1, at: 0)
      view.strides.insert(0, at: 0)
    }
    return view
  }
}
