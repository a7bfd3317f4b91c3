import Graph
import KernelRuntime
import Operators

/// Finds rotary embedding spelled out as x · cosines + (-x's second half beside its first) · sines, and makes one operator
/// of it, which takes heads as the projection left them: what moved them before moves its result instead, and is gone
/// where attention reads that.
enum RecognizeRotaryEmbedding {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    var halves: [Half: ValueID] = [:]
    for node in graph.allNodes() where graph[node].results.count == 1 && graph.isFloat(graph[node].results[0]) {
      guard let rotation = Rotation(graph[node].results[0], graph) else { continue }
      try rotation.apply(to: &graph, before: node, &halves)
    }
  }

  /// The first half of each row of cosines or sines, for so many batches, in a region: what all layers share.
  private struct Half: Hashable {
    var angles: ValueID
    var batch: Int
    var region: RegionID
  }

  private struct Rotation {
    private let x: ValueID
    private let cosines: ValueID
    private let sines: ValueID
    /// Batch, heads, length and size.
    private let extents: [Int]

    init?(_ value: ValueID, _ graph: Graph) {
      for (straight, crossed) in graph.bothOrders(value, of: "Add") {
        for (turned, sines) in graph.bothOrders(crossed, of: "Mul") {
          for (x, cosines) in graph.bothOrders(straight, of: "Mul") {
            guard let extents = graph.extents(value), extents.count == 4, !extents.contains(0),
              graph.extents(x) == extents, graph.isTurned(turned, of: x),
              [cosines, sines].allSatisfy({ graph.isAngles($0, of: extents) })
            else { continue }
            (self.x, self.cosines, self.sines, self.extents) = (x, cosines, sines, extents)
            return
          }
        }
      }
      return nil
    }

    func apply(to graph: inout Graph, before node: NodeID, _ halves: inout [Half: ValueID]) throws(Diagnostic) {
      let (batch, heads, length, size) = (extents[0], extents[1], extents[2], extents[3])
      let region = graph[node].region
      let projection = projection(graph)
      let new = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
        var angles: [ValueID] = []
        for value in [cosines, sines] {
          let key = Half(angles: value, batch: batch, region: region)
          let half =
            if let known = halves[key] { known } else { try builder.firstHalf(of: value, batch, length, size) }
          halves[key] = half
          angles.append(half)
        }
        guard let projection else { return try builder.add("RotaryEmbedding", [x] + angles) }
        let rows = try builder.add(
          "Reshape", [projection, builder.constant([batch, length, heads * size])], ["allowzero": .int(1)])
        let rotated = try builder.add("RotaryEmbedding", [rows] + angles, ["num_heads": .int(heads)])
        let apart = try builder.add(
          "Reshape", [rotated, builder.constant([batch, length, heads, size])], ["allowzero": .int(1)])
        return try builder.add("Transpose", [apart], ["perm": .ints([0, 2, 1, 3])])
      }
      graph.replaceUses(of: graph[node].results[0], with: new)
      graph.remove(node)
    }

    /// The tensor of batch, length, heads and size that x is, its dimensions exchanged.
    private func projection(_ graph: Graph) -> ValueID? {
      guard let view = StridedView.tracing(x, graph)?.permuted([0, 2, 1, 3]), view.isWhole(graph) else { return nil }
      return view.base
    }
  }
}

extension Graph {
  /// Whether a value is the second half of another's rows, negated, before the first.
  fileprivate func isTurned(_ value: ValueID, of x: ValueID) -> Bool {
    guard let parts = operands(value, of: "Concat"), parts.count == 2, let concat = self[value].producer,
      let whole = StridedView.tracing(x, self), let size = whole.shape.last, size % 2 == 0,
      let axis = try? Inference.call(concat, in: self)?.int("axis"), axis == -1 || axis == whole.shape.count - 1,
      let negated = operands(parts[0], of: "Neg")?.first
    else { return false }
    func isHalf(_ part: ValueID, from start: Int) -> Bool {
      guard let view = StridedView.tracing(part, self), let step = whole.strides.last else { return false }
      return view.base == whole.base && view.offset == whole.offset &+ start &* step && view.strides == whole.strides
        && view.shape == whole.shape.dropLast() + [size / 2]
    }
    return isHalf(negated, from: size / 2) && isHalf(parts[1], from: 0)
  }

  /// Whether a value holds cosines or sines of heads' elements, the same for all heads and in both halves of a row.
  fileprivate func isAngles(_ value: ValueID, of extents: [Int]) -> Bool {
    guard isFloat(value), var shape = self.extents(value), (2...4).contains(shape.count) else { return false }
    shape = Array(repeating: 1, count: 4 - shape.count) + shape
    return [1, extents[0]].contains(shape[0]) && shape[1...] == [1, extents[2], extents[3]] && repeats(value)
  }

  /// Whether both halves of all rows of a value are equal.
  private func repeats(_ value: ValueID) -> Bool {
    guard let size = extents(value)?.last, size % 2 == 0 else { return false }
    if let elements = self[value].constant?.elements(as: Float.self) {
      return elements.indices.allSatisfy { $0 % size < size / 2 || elements[$0] == elements[$0 - size / 2] }
    }
    guard let node = self[value].producer, self[node].op.domain.isEmpty,
      let operand = self[node].operands.first ?? nil
    else { return false }
    switch self[node].op.type {
    case "Concat":
      return self[node].operands == [operand, operand] && extents(operand)?.last == size / 2
    case "Gather":
      guard let rank = extents(operand)?.count, let call = Inference.call(node, in: self),
        let axis = try? call.axis(call.int("axis"), rank: rank), axis < rank - 1
      else { return false }
      return repeats(operand)
    case "Cos", "Sin", "Unsqueeze", "Squeeze", "Reshape":
      return extents(operand)?.last == size && repeats(operand)
    case "Mul", "Div":
      guard let (_, other) = scaled(value) else { return false }
      return extents(other)?.last == size && repeats(other)
    default: return false
    }
  }
}

extension NodeBuilder {
  /// The first half of each row of a tensor that broadcasts to batch, 1, length and size.
  fileprivate mutating func firstHalf(
    of value: ValueID, _ batch: Int, _ length: Int, _ size: Int
  ) throws(Diagnostic) -> ValueID {
    let half = try add("Slice", [value, constant([0]), constant([size / 2]), constant([-1])])
    let rows = try add("Reshape", [half, constant([-1, length, size / 2])])
    return try add("Expand", [rows, constant([batch, length, size / 2])])
  }
}
