import Graph
import KernelRuntime
import Legalizer
import Operators

/// Moves a Slice or Gather of a small part of a dimension before the nodes that make each element along it by itself, so
/// that only what is selected is computed. A classifier that looks at one token needs the last layer's queries, products
/// and normalizations for that token alone.
enum HoistSlices {
  /// - Complexity: linear in the number of nodes, operands and uses.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    var hoist = Hoist(graph)
    for node in graph.allNodes().reversed() { hoist.visit(node) }
    try hoist.apply()
    graph = hoist.graph
  }

  /// Some elements of a dimension, evenly apart.
  private struct Part: Hashable {
    var axis: Int
    let start: Int
    let count: Int
    let step: Int

    /// The same elements of another dimension.
    func along(_ axis: Int) -> Part {
      var part = self
      part.axis = axis
      return part
    }
  }

  /// What has been cut where.
  private struct Cut: Hashable {
    let value: ValueID
    let part: Part
    let region: RegionID
  }

  private struct Hoist {
    private(set) var graph: Graph
    /// The part of each value that those of its users want that want only a part, nil where they differ, and how often.
    private var wanted: [ValueID: (part: Part?, uses: Int)] = [:]
    /// The nodes that select the parts, and those that can make their part alone, the last first.
    private var slices: [NodeID] = []
    private var narrowed: [(node: NodeID, part: Part, operands: [Part?])] = []

    init(_ graph: Graph) { self.graph = graph }

    // MARK: What is wanted

    /// Notes what a node needs of its operands. All users of its result have been visited.
    mutating func visit(_ node: NodeID) {
      guard graph[node].results.count == 1 else { return }
      if let part = selection(node) {
        slices.append(node)
        note([part], node)
        return
      }
      let result = graph[node].results[0]
      guard let want = wanted[result], let part = want.part, want.uses == graph[result].uses.count,
        let operands = operands(of: node, for: part)
      else { return }
      narrowed.append((node, part, operands))
      note(operands, node)
    }

    private mutating func note(_ parts: [Part?], _ user: NodeID) {
      let record = graph[user]
      for (i, operand) in record.operands.enumerated() where i < parts.count {
        guard let part = parts[i], let value = operand else { continue }
        var isNear = false
        if let producer = graph[value].producer { isNear = graph[producer].region == record.region }
        let before = wanted[value] ?? (part, 0)
        wanted[value] = (isNear && before.part == part ? part : nil, before.uses + 1)
      }
    }

    /// The part that a node selects, where it is at most half of one dimension of a tensor of floats.
    private func selection(_ node: NodeID) -> Part? {
      guard let x = graph[node].operands.first ?? nil, graph.isFloat(x), let shape = graph.extents(x),
        let call = Inference.call(node, in: graph)
      else { return nil }
      let part: Part?
      switch graph[node].op {
      case OperatorName("Slice"): part = slice(call, shape)
      case OperatorName("Gather"):
        guard let axis = try? call.axis(call.int("axis"), rank: shape.count), let indices = call.integers(1),
          indices.count == 1, -shape[axis]..<shape[axis] ~= indices[0]
        else { return nil }
        part = Part(axis: axis, start: indices[0] < 0 ? indices[0] + shape[axis] : indices[0], count: 1, step: 1)
      default: return nil
      }
      guard let part, part.count > 0, part.count <= shape[part.axis] / 2 else { return nil }
      return part
    }

    private func slice(_ call: OperatorCall, _ shape: [Int]) -> Part? {
      guard let starts = call.integers(1), let ends = call.integers(2), ends.count == starts.count,
        let axes = call.has(3) ? call.integers(3) : Array(starts.indices), axes.count == starts.count,
        let steps = call.has(4) ? call.integers(4) : starts.map({ _ in 1 }), steps.count == starts.count
      else { return nil }
      var found: Part?
      for (i, axis) in axes.enumerated() {
        guard let axis = try? call.axis(axis, rank: shape.count), steps[i] > 0,
          let range = try? SliceKernel.range(extent: shape[axis], start: starts[i], end: ends[i], step: steps[i])
        else { return nil }
        if range.count == shape[axis] { continue }
        guard found == nil else { return nil }
        found = Part(axis: axis, start: range.start, count: range.count, step: steps[i])
      }
      return found
    }

    /// What a node needs of each operand for a part of its result; nil for one that it needs as it is.
    ///
    /// - Returns: nil when it needs more, or the operator is none that is looked into.
    private func operands(of node: NodeID, for part: Part) -> [Part?]? {
      let record = graph[node]
      let shapes = record.operands.map { $0.flatMap(graph.extents) }
      guard let result = graph.extents(record.results[0]), let call = Inference.call(node, in: graph),
        zip(record.operands, shapes).allSatisfy({ $0 == nil || $1 != nil }), let x = shapes.first ?? nil
      else { return nil }
      func firstAlone(_ axis: Int?) -> [Part?]? {
        axis.map { [part.along($0)] + shapes.dropFirst().map { _ in nil } }
      }
      switch record.op {
      case OperatorName("MatMul"):
        guard part.axis < result.count - 1, x.count > 1, shapes.count == 2, let y = shapes[1], y.count > 1 else {
          return nil
        }
        return part.axis == result.count - 2
          ? firstAlone(x.count - 2) : shapes.map { broadcast(part, of: result, from: $0) }
      case OperatorName("Gemm"):
        guard part.axis == 0, let isTransposed = try? call.flag("transA") else { return nil }
        let addend = shapes.count > 2 ? [broadcast(part, of: result, from: shapes[2])] : []
        return [part.along(isTransposed ? 1 : 0), nil] + addend
      case OperatorName("LayerNormalization"), OperatorName("RMSNormalization"):
        guard let axis = try? call.axis(call.int("axis"), rank: x.count), part.axis < axis,
          shapes.dropFirst().allSatisfy({ ($0?.count ?? 0) <= x.count - axis })
        else { return nil }
        return firstAlone(part.axis)
      case OperatorName("Attention"):
        guard shapes.count <= 4, part.axis == result.count - 2 || result.count == 3 && part.axis == 1,
          (try? call.flag("is_causal")) == false, (try? call.int("left_window_size")) == -1,
          (try? call.int("right_window_size")) == -1
        else { return nil }
        var parts = firstAlone(part.axis)
        if let mask = shapes.dropFirst(3).first ?? nil {
          guard mask.count > 1 else { return nil }
          if mask[mask.count - 2] != 1 { parts?[3] = part.along(mask.count - 2) }
        }
        return parts
      case OperatorName("Transpose"):
        return firstAlone(((try? call.optionalInts("perm")) ?? nil ?? x.indices.reversed())[part.axis])
      case let op where Hoist.reshapes.contains(op): return firstAlone(place(of: part.axis, of: result, in: x))
      default: break
      }
      switch OperatorRegistry.definition(record.op)?.dimensionOrder {
      case .free: return shapes.map { broadcast(part, of: result, from: $0) }
      case .axis:
        guard let axis = try? call.axis(call.int("axis"), rank: x.count), axis != part.axis else { return nil }
        return shapes.allSatisfy { $0?.count == result.count } ? shapes.map { _ in part } : nil
      default: return nil
      }
    }

    private static let reshapes = ["Reshape", "Squeeze", "Unsqueeze", "Flatten"].map { OperatorName($0) }

    /// The part of a tensor that is broadcast to another; nil when it is the same for all elements.
    private func broadcast(_ part: Part, of result: [Int], from shape: [Int]?) -> Part? {
      guard let shape, part.axis >= result.count - shape.count else { return nil }
      let axis = part.axis - (result.count - shape.count)
      return shape[axis] == 1 ? nil : part.along(axis)
    }

    /// The dimension of a tensor that is, under another shape, dimension `axis`.
    private func place(of axis: Int, of result: [Int], in shape: [Int]) -> Int? {
      let (before, behind) = (result[..<axis].reduce(1, &*), result[(axis + 1)...].reduce(1, &*))
      return shape.indices.first { i in
        shape[i] == result[axis] && shape[..<i].reduce(1, &*) == before && shape[(i + 1)...].reduce(1, &*) == behind
      }
    }

    // MARK: Rewriting

    /// Makes the parts, and puts them in the place of what the slices give.
    mutating func apply() throws(Diagnostic) {
      if narrowed.isEmpty { return }
      // The parts of values that nodes make anew, and of those that must be cut.
      var (made, cut) = ([ValueID: ValueID](), [Cut: ValueID]())
      for (node, part, parts) in narrowed.reversed() {
        let record = graph[node]
        made[record.results[0]] = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
          var operands = record.operands
          for (i, part) in parts.enumerated() {
            guard let part, let value = operands[i] else { continue }
            let place = Cut(value: value, part: part, region: record.region)
            if let own = made[value] ?? cut[place] {
              operands[i] = own
            } else {
              let own = try Self.cut(part, of: value, &builder)
              cut[place] = own
              operands[i] = own
            }
          }
          guard Self.reshapes.contains(record.op), var shape = builder.graph.extents(record.results[0]) else {
            return try builder.addNode(record.op, operands, record.attributes, results: [""])[0]
          }
          shape[part.axis] = part.count
          return try builder.add("Reshape", [operands[0], builder.constant(shape)], ["allowzero": .int(1)])
        }
      }
      for node in slices {
        guard let x = graph[node].operands[0], let own = made[x], let shape = graph.extents(graph[node].results[0])
        else { continue }
        let part = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
          if builder.graph.extents(own) == shape { return own }
          return try builder.add("Reshape", [own, builder.constant(shape)], ["allowzero": .int(1)])
        }
        graph.replaceUses(of: graph[node].results[0], with: part)
        graph.remove(node)
      }
      EliminateDeadCode.run(on: &graph)
    }

    private static func cut(
      _ part: Part, of value: ValueID, _ builder: inout NodeBuilder
    ) throws(Diagnostic) -> ValueID {
      let end = part.start + (part.count - 1) * part.step + 1
      return try builder.add(
        "Slice",
        [
          value, builder.constant([part.start]), builder.constant([end]), builder.constant([part.axis]),
          builder.constant([part.step]),
        ])
    }
  }
}
