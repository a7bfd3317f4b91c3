import Graph
import KernelRuntime
import Operators

/// Lays images out as (batch, height, width, channels) and sequences as (batch, length, channels), the order in which
/// convolutions are fastest, and keeps them so from node to node as long as less has to be turned than otherwise.
///
/// In that order the channels of a pixel are neighbours: a convolution's windows are rows of a matrix as they lie, and
/// what works on each channel by itself fills vectors whatever the extents of an image.
enum AssignLayouts {
  /// - Complexity: linear in the number of nodes, operands and uses.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    var assignment = Assignment(graph)
    for node in graph.allNodes() { try assignment.visit(node) }
    try assignment.finish()
    graph = assignment.graph
  }

  /// The dimensions of the standard's order in the one with channels last, and back, for tensors of some rank.
  private static func toLast(_ rank: Int) -> [Int] { [0] + Array(2..<rank) + [1] }
  private static func toFirst(_ rank: Int) -> [Int] { [0, rank - 1] + Array(1..<rank - 1) }

  private struct Assignment {
    private(set) var graph: Graph
    /// The values that are there with channels last too.
    private var twins: [ValueID: ValueID] = [:]
    /// Nodes whose results have twins made without turning them, in execution order.
    private var replaced: [NodeID] = []
    /// The values that those nodes made.
    private var native: Set<ValueID> = []

    init(_ graph: Graph) { self.graph = graph }

    // MARK: Nodes

    mutating func visit(_ node: NodeID) throws(Diagnostic) {
      let record = graph[node]
      guard record.results.count == 1, let call = Inference.call(node, in: graph) else { return }
      switch record.op {
      case OperatorName("Conv"), OperatorName("FusedConv", domain: ResultHalf.domain): try convolution(node, call)
      case OperatorName("ConvTranspose"), OperatorName("FusedConvTranspose", domain: ResultHalf.domain):
        try transposedConvolution(node, call)
      case OperatorName("Transpose"): try transposition(node, call)
      case OperatorName("MaxPool"), OperatorName("AveragePool"): try pool(node, call)
      case OperatorName("MaxUnpool"): try unpool(node)
      case OperatorName("BatchNormalization"), OperatorName("FusedBatchNormalization", domain: ResultHalf.domain):
        try normalization(node, call)
      case OperatorName("GlobalAveragePool"): try globalPool(node, "ReduceMean")
      case OperatorName("GlobalMaxPool"): try globalPool(node, "ReduceMax")
      default: try other(node, call)
      }
    }

    private mutating func convolution(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      let record = graph[node]
      guard let x = record.operands[0], isImage(x), let w = record.operands[1], let weights = graph.extents(w),
        isWindow(weights), let group = try? call.int("group"), group > 0
      else { return }
      // A filter for each channel is no matrix product, and a few filters for a few channels make a poor one.
      let isDepthwise = group > 1 && weights[1] == 1 && weights[0] == group
      guard isDepthwise ? record.operands.count < 4 : group == 1 || weights[0] / group >= 8 else { return }
      var operands = record.operands
      for i in [0, 3] where i < operands.count {
        if let operand = operands[i] { operands[i] = try twin(of: operand) }
      }
      try replace(node, by: .channelsLast(isDepthwise ? "DepthwiseConv" : "Conv"), operands, record.attributes)
    }

    private mutating func transposedConvolution(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      let record = graph[node]
      guard let x = record.operands[0], isImage(x), let w = record.operands[1], let weights = graph.extents(w),
        isWindow(weights), let group = try? call.int("group"), group == 1 || weights[1] > 1,
        isProduct(
          of: ((try? call.optionalInts("strides")) ?? nil) ?? [],
          atMost: ChannelsLastConvTransposeKernel.maximalStride)
      else { return }
      try replace(
        node, by: .channelsLast("ConvTranspose"), [try twin(of: x)] + record.operands.dropFirst(), record.attributes)
    }

    /// Whether the extents of weights, of a rank that layouts are assigned to, are those of a window of few elements.
    private func isWindow(_ weights: [Int]) -> Bool {
      (weights.count == 3 || weights.count == 4)
        && isProduct(of: weights.dropFirst(2), atMost: ChannelsLastConvKernel.maximalWindow)
    }

    private func isProduct(of factors: some Sequence<Int>, atMost most: Int) -> Bool {
      var product = 1
      for factor in factors {
        guard factor > 0, factor <= most / product else { return false }
        product *= factor
      }
      return true
    }

    private mutating func pool(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      guard let x = graph[node].operands[0], native.contains(x), isImage(x) else { return }
      var attributes = graph[node].attributes
      attributes["storage_order"] = nil
      try replace(node, by: .channelsLast(graph[node].op.type), [try twin(of: x)], attributes)
    }

    /// A pool's indices name places in the whole tensor, those of its channels-last form places in an image. Where all
    /// of them go back into images of the same extents, nobody sees the difference.
    private mutating func unpool(_ node: NodeID) throws(Diagnostic) {
      let record = graph[node]
      guard record.operands.count == 2, let x = record.operands[0], native.contains(x), graph.isFloat(x),
        let indices = record.operands[1], let result = graph.extents(record.results[0]), result.count == 4
      else { return }
      if twins[indices] == nil {
        guard let pool = graph[indices].producer, let source = graph[pool].operands.first ?? nil,
          graph[pool].op == OperatorName("MaxPoolIndices", domain: ResultHalf.domain), twins[source] != nil,
          graph.isFloat(source), let extents = graph.extents(source), extents.count == 4,
          graph[indices].uses.allSatisfy({ isUnpool($0, into: extents) }), let call = Inference.call(pool, in: graph),
          (try? call.flag("storage_order")) == false
        else { return }
        var attributes = graph[pool].attributes
        attributes["storage_order"] = nil
        try replace(pool, by: .channelsLast("MaxPoolIndices"), [try twin(of: source)], attributes)
      }
      guard graph.extents(indices) == graph.extents(x), let places = twins[indices] else { return }
      try replace(node, by: .channelsLast("MaxUnpool"), [try twin(of: x), places], record.attributes)
    }

    private func isUnpool(_ use: Use, into extents: [Int]) -> Bool {
      guard case .operand(let user, 1) = use, graph[user].op == OperatorName("MaxUnpool"),
        graph[user].operands.count == 2, let x = graph[user].operands[0]
      else { return false }
      return native.contains(x) && graph.isFloat(x) && graph.extents(graph[user].results[0]) == extents
    }

    private mutating func normalization(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      let record = graph[node]
      guard let x = record.operands[0], native.contains(x),
        record.operands.allSatisfy({ $0.map(graph.isFloat) ?? false }),
        !call.has("training_mode") || (try? call.flag("training_mode")) == false
      else { return }
      let attributes = record.attributes.filter { ["epsilon", "low", "high"].contains($0.key) }
      try replace(
        node, by: .channelsLast("BatchNormalization"), [try twin(of: x)] + record.operands.dropFirst(), attributes)
    }

    private mutating func globalPool(_ node: NodeID, _ reduction: String) throws(Diagnostic) {
      guard let x = graph[node].operands[0], native.contains(x), isImage(x), let rank = rank(x) else { return }
      let axes = try constant(Array(1..<rank - 1))
      try replace(node, by: OperatorName(reduction), [try twin(of: x), axes], ["keepdims": .int(1)])
    }

    /// A transposition of what has its channels last already, or into it.
    private mutating func transposition(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      let record = graph[node]
      guard let x = record.operands[0], let rank = rank(x), 3...4 ~= rank,
        let perm = try? call.optionalInts("perm") ?? (0..<rank).reversed(), perm.sorted() == Array(0..<rank)
      else { return }
      let toFirst = AssignLayouts.toFirst(rank)
      let moved = perm.map { toFirst[$0] }
      let isIdentity = moved == Array(0..<rank)
      // Sequences are turned back and forth by the same permutation.
      if perm == toFirst, !isIdentity || !native.contains(x) {
        twins[record.results[0]] = x
        native.insert(record.results[0])
      } else if native.contains(x), let twin = twins[x] {
        let result =
          isIdentity
          ? twin : try add(OperatorName("Transpose"), [twin], ["perm": .ints(moved)], before: node)
        graph.replaceUses(of: record.results[0], with: result)
        graph.remove(node)
      }
    }

    /// A node of an operator that says itself what its calls look like in another order.
    private mutating func other(_ node: NodeID, _ call: OperatorCall) throws(Diagnostic) {
      let record = graph[node]
      guard let order = OperatorRegistry.entry(record.op)?.definition.dimensionOrder,
        let rank = rankToTurn(record.operands), let resultRank = self.rank(record.results[0])
      else { return }
      let toFirst = AssignLayouts.toFirst(rank)
      func places(of axes: [Int]) -> [Int]? {
        axes.allSatisfy { -rank..<rank ~= $0 } ? axes.map { toFirst[($0 + rank) % rank] } : nil
      }
      var (operands, attributes) = (record.operands, record.attributes)
      switch order {
      case .fixed: return
      case .free:
        guard resultRank == rank, operands.allSatisfy({ $0.map { canTurn($0, rank) } ?? true }) else { return }
        for (i, operand) in operands.enumerated() {
          if let operand { operands[i] = try broadcastTwin(of: operand, rank, before: node) }
        }
      case .axis:
        guard let axis = try? call.int("axis"), let moved = places(of: [axis]) else { return }
        attributes["axis"] = .int(moved[0])
        try turnImages(&operands, rank)
      case .axes:
        guard let moved = places(of: (try? call.optionalInts("axes")) ?? Array(0..<rank)) else { return }
        attributes["axes"] = .ints(moved)
        try turnImages(&operands, rank)
      case .axesOperand(let i, let like):
        let count = like.flatMap { (try? call.length($0)) ?? nil } ?? rank
        guard let axes = call.has(i) ? call.integers(i) : Array(0..<min(rank, count)), let moved = places(of: axes)
        else { return }
        if call.has(i) || like != nil || record.op == OperatorName("Pad") {
          while operands.count <= i { operands.append(nil) }
          operands[i] = try constant(moved)
        }
        try turnImages(&operands, rank)
        guard resultRank == rank else {
          // What is left of the dimensions stays in place only if it is in order.
          let left = AssignLayouts.toLast(rank).filter { d in !axes.contains { ($0 + rank) % rank == d } }
          guard left == left.sorted() else { return }
          let result = try add(record.op, operands, attributes, before: node)
          graph.replaceUses(of: record.results[0], with: result)
          graph.remove(node)
          return
        }
      }
      try replace(node, by: record.op, operands, attributes)
    }

    // MARK: Values

    private func rank(_ value: ValueID) -> Int? { graph[value].type?.tensor?.shape?.count }
    private func isImage(_ value: ValueID) -> Bool {
      graph.isFloat(value) && (rank(value) == 3 || rank(value) == 4)
    }

    /// The rank of the operands that are images or sequences, if at least as many of their elements are there with
    /// channels last as would have to be turned.
    private func rankToTurn(_ operands: [ValueID?]) -> Int? {
      let images = operands.compactMap { $0 }.filter(native.contains)
      guard let rank = images.compactMap(rank).max() else { return nil }
      var balance = 0
      for case let operand? in operands where graph[operand].constant == nil && self.rank(operand) == rank {
        let size = graph.extents(operand)?.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } ?? 1
        balance = balance.addingReportingOverflow(twins[operand] != nil ? size : -size).partialValue
      }
      return balance >= 0 ? rank : nil
    }

    /// Whether turning an operand of a node whose twin nobody wants, or one of the nodes before, moves less than turning
    /// the twin back.
    private func isSmallerBefore(_ node: NodeID, _ twin: ValueID) -> Bool {
      guard graph[twin].uses.isEmpty, let size = graph.extents(twin).map(product) else { return false }
      var node = node
      // A few steps find what grows before activations and keep the pass linear.
      for _ in 0..<8 {
        let images = graph[node].operands.compactMap { $0 }.filter(native.contains)
        guard let twin = twins[graph[node].results[0]], let producer = graph[twin].producer,
          graph[producer].op == graph[node].op, images.count == 1, let extents = graph.extents(images[0])
        else { return false }
        if product(extents) < size { return true }
        guard let before = graph[images[0]].producer, graph[images[0]].uses.count == 1 else { return false }
        node = before
      }
      return false
    }

    private func product(_ extents: [Int]) -> Double { extents.reduce(1) { $0 * Double($1) } }

    private func canTurn(_ value: ValueID, _ most: Int) -> Bool {
      guard let rank = rank(value), rank <= most else { return false }
      return rank == most || rank == 0 || graph.extents(value) != nil
    }

    private mutating func turnImages(_ operands: inout [ValueID?], _ rank: Int) throws(Diagnostic) {
      for (i, operand) in operands.enumerated() {
        if let operand, self.rank(operand) == rank { operands[i] = try twin(of: operand) }
      }
    }

    /// An image or a sequence with channels last, turned where it is made unless it is there.
    private mutating func twin(of value: ValueID) throws(Diagnostic) -> ValueID {
      if let twin = twins[value] { return twin }
      let twin: ValueID
      if let tensor = graph[value].constant {
        twin = graph.addConstant(try turned(tensor), name: graph[value].name)
      } else {
        twin = try turn(value)
      }
      twins[value] = twin
      return twin
    }

    /// A value with channels last as an operand that is broadcast to some rank.
    private mutating func broadcastTwin(
      of value: ValueID, _ most: Int, before node: NodeID
    ) throws(Diagnostic) -> ValueID {
      guard let rank = rank(value), rank < most else { return try twin(of: value) }
      guard let extents = graph.extents(value), extents.contains(where: { $0 != 1 }) else { return value }
      let full = Array(repeating: 1, count: most - extents.count) + extents
      if let tensor = graph[value].constant {
        return graph.addConstant(try turned(tensor, as: full), name: graph[value].name)
      }
      let shaped = try add(OperatorName("Reshape"), [value, try constant(full)], [:], before: node)
      return try add(OperatorName("Transpose"), [shaped], ["perm": .ints(AssignLayouts.toLast(most))], before: node)
    }

    private func turned(_ tensor: Tensor, as shape: [Int]? = nil) throws(Diagnostic) -> Tensor {
      do throws(KernelError) {
        let whole = try tensor.reshaped(shape ?? tensor.shape)
        let results = try Evaluator.run(
          TransposeKernel(perm: AssignLayouts.toLast(whole.shape.count)), [.tensor(whole)])
        guard let result = results.first??.tensor else { throw .unsupported("a constant of type \(tensor.type.name)") }
        return result
      } catch {
        throw Diagnostic(error)
      }
    }

    private mutating func constant(_ numbers: [Int]) throws(Diagnostic) -> ValueID {
      do throws(KernelError) {
        return graph.addConstant(try Tensor(numbers.map(Int64.init), shape: [numbers.count]))
      } catch {
        throw Diagnostic(error)
      }
    }

    // MARK: Editing

    private mutating func add(
      _ op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue], before node: NodeID
    ) throws(Diagnostic) -> ValueID {
      let new = graph.addNode(
        op, operands, attributes, results: [graph[graph[node].results[0]].name], provenance: graph[node].provenance,
        before: node)
      try Inference.infer(new, in: &graph)
      return graph[new].results[0]
    }

    /// Puts a node in the place of another that makes the twin of its result.
    private mutating func replace(
      _ node: NodeID, by op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue]
    ) throws(Diagnostic) {
      let result = graph[node].results[0]
      twins[result] = try add(op, operands, attributes, before: node)
      native.insert(result)
      replaced.append(node)
    }

    /// Transposes a value behind the node that makes it, or at the beginning of the region that it enters.
    private mutating func turn(_ value: ValueID) throws(Diagnostic) -> ValueID {
      let perm = AssignLayouts.toLast(rank(value) ?? 4)
      var region = graph.main
      var next: NodeID?
      var provenance = Provenance(graph: graph.name)
      switch graph[value].definition {
      case .result(let node, _):
        (region, next, provenance) = (graph[node].region, graph[node].next, graph[node].provenance)
      case .input(let owner, _): (region, next) = (owner, graph[owner].first)
      case .constant: break
      }
      let new = graph.addNode(
        OperatorName("Transpose"), [value], ["perm": .ints(perm)], results: [graph[value].name],
        provenance: provenance, in: region, before: next)
      try Inference.infer(new, in: &graph)
      return graph[new].results[0]
    }

    /// Removes what has been replaced. Whoever still wants a value in the standard's order gets its twin turned.
    mutating func finish() throws(Diagnostic) {
      for node in replaced.reversed() {
        let result = graph[node].results[0]
        if !graph[result].uses.isEmpty, let twin = twins[result], let rank = rank(twin) {
          if isSmallerBefore(node, twin), let producer = graph[twin].producer {
            graph.remove(producer)
            continue
          }
          let back = try add(
            OperatorName("Transpose"), [twin], ["perm": .ints(AssignLayouts.toFirst(rank))], before: node)
          graph.replaceUses(of: result, with: back)
        }
        graph.remove(node)
      }
    }
  }
}
