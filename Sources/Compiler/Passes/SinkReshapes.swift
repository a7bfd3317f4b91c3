import Graph
import KernelRuntime
import Operators

/// Moves reshapes behind the activations, biases and residuals that follow them, so that those come to stand next to the
/// matrix product before, which can take them over. Reshapes themselves cost nothing.
///
/// A Gemm that only multiplies and adds a row becomes MatMul and Add first, which take more over than a Gemm does.
enum SinkReshapes {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) && graph[node].op == OperatorName("Gemm") {
      try spellOut(node, &graph)
    }
    for node in graph.allNodes() where graph.contains(node) {
      guard graph[node].op == OperatorName("MatMul") || graph[node].op == OperatorName("Gemm"),
        graph[node].results.count == 1
      else { continue }
      // What follows the product on its own shape already is passed.
      var value = graph[node].results[0]
      while let next = try step(value, &graph) { value = next }
    }
  }

  private static func spellOut(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    let record = graph[node]
    guard record.results.count == 1, graph.isFloat(record.results[0]), let call = Inference.call(node, in: graph),
      try call.float("alpha") == 1, try call.float("beta") == 1 || !call.has(2), try !call.flag("transA"),
      try !call.flag("transB"), let a = record.operands[0], let b = record.operands[1],
      let columns = graph.extents(b)?.last
    else { return }
    let c = call.has(2) ? record.operands[2] : nil
    if let c, graph.extents(c) != [columns] || graph[c].constant == nil { return }
    let y = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
      let product = try builder.add("MatMul", [a, b])
      return if let c { try builder.add("Add", [product, c]) } else { product }
    }
    graph.replaceUses(of: record.results[0], with: y)
    graph.remove(node)
  }

  /// Passes what follows a value, or takes it before the reshape between.
  ///
  /// - Returns: the result of what now follows the value; nil at the end.
  private static func step(_ value: ValueID, _ graph: inout Graph) throws(Diagnostic) -> ValueID? {
    guard let user = graph.onlyUser(value), graph[user].results.count == 1, graph[user].op.domain.isEmpty,
      let shape = graph.extents(value), graph.isFloat(value)
    else { return nil }
    let result = graph[user].results[0]
    if isElementwise(user, on: value, graph) { return result }
    guard isReshape(user, graph), let reshaped = graph.extents(result), let follower = graph.onlyUser(result) else {
      return nil
    }
    if isReshape(follower, graph), graph[follower].results.count == 1,
      let target = graph.extents(graph[follower].results[0])
    {
      // Two reshapes are one.
      let end = graph[follower].results[0]
      let one = try graph.build(before: follower) { (builder) throws(Diagnostic) -> ValueID in
        try builder.add("Reshape", [value, builder.constant(target)], ["allowzero": .int(1)])
      }
      graph.replaceUses(of: end, with: one)
      graph.remove(follower)
      graph.remove(user)
      return value
    }
    guard isElementwise(follower, on: result, graph) else { return nil }
    let record = graph[follower]
    let end = record.results[0]
    var moved: ValueID?
    let behind = try graph.build(before: follower) { (builder) throws(Diagnostic) -> ValueID in
      var operands = record.operands
      for (i, operand) in operands.enumerated() where record.op.type == "Add" || i == 0 {
        if operand == result {
          operands[i] = value
        } else if let operand, builder.graph.extents(operand) == reshaped {
          operands[i] = try builder.add("Reshape", [operand, builder.constant(shape)], ["allowzero": .int(1)])
        }
      }
      let y = try builder.add(record.op.type, operands, record.attributes)
      moved = y
      return try builder.add("Reshape", [y, builder.constant(reshaped)], ["allowzero": .int(1)])
    }
    graph.replaceUses(of: end, with: behind)
    graph.remove(follower)
    graph.remove(user)
    return moved
  }

  /// Whether a node gives the elements of its operand in the same order under another shape.
  private static func isReshape(_ node: NodeID, _ graph: Graph) -> Bool {
    guard graph[node].results.count == 1, let x = graph[node].operands.first ?? nil,
      let from = graph.extents(x), !from.contains(0)
    else { return false }
    switch graph[node].op {
    case OperatorName("Reshape"), OperatorName("Squeeze"), OperatorName("Unsqueeze"), OperatorName("Flatten"):
      return true
    case OperatorName("Transpose"):
      // Only dimensions of extent 1 may change their places.
      guard let call = Inference.call(node, in: graph) else { return false }
      let perm = ((try? call.optionalInts("perm")) ?? nil) ?? from.indices.reversed()
      let moving = perm.filter { from.indices.contains($0) && from[$0] != 1 }
      return moving == moving.sorted()
    default: return false
    }
  }

  /// Whether a node is an activation of a value, or adds to it a row or a tensor of its shape.
  private static func isElementwise(_ node: NodeID, on value: ValueID, _ graph: Graph) -> Bool {
    guard graph[node].op.domain.isEmpty, graph[node].results.count == 1, let shape = graph.extents(value),
      graph.extents(graph[node].results[0]) == shape
    else { return false }
    if FuseEpilogues.Activation(node, graph) != nil { return graph[node].operands.first == value }
    guard let other = graph.partner(graph[node].results[0], "Add", of: value), other != value,
      let extents = graph.extents(other)
    else { return false }
    return extents == shape || extents == shape.suffix(1)
  }
}
