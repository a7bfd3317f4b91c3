import Graph

/// Turns halves into nodes that the standard has: those of one operator call into one node with several results, or
/// each into a node of its own that leaves the other results out.
enum JoinResults {
  private struct Key: Hashable {
    var base: OperatorName
    var operands: [ValueID?]
    var attributes: [String: AttributeValue]
  }

  /// - Parameter alone: whether each half that may stand alone does.
  static func run(on graph: inout Graph, alone: Bool) throws(Diagnostic) {
    try join(graph.main, alone: alone, &graph)
  }

  private static func join(_ region: RegionID, alone: Bool, _ graph: inout Graph) throws(Diagnostic) {
    var siblings: [Key: [NodeID]] = [:]
    var order: [Key] = []
    for id in graph.nodes(in: region) {
      for nested in graph[id].regions { try join(nested, alone: alone, &graph) }
      let node = graph[id]
      guard node.results.count == 1, let half = OperatorRegistry.half(node.op) else { continue }
      var attributes = node.attributes
      attributes[ResultHalf.indexAttribute] = nil
      let key = Key(base: half.base, operands: node.operands, attributes: attributes)
      if alone && half.standsAlone {
        if node.op != half.base { try join([id], key, &graph) }
        continue
      }
      if siblings[key] == nil { order.append(key) }
      siblings[key, default: []].append(id)
    }
    for key in order {
      let nodes = siblings[key] ?? []
      // What stands for itself alone needs no joining.
      if nodes.allSatisfy({ graph[$0].op == key.base }) { continue }
      try join(nodes, key, &graph)
    }
  }

  private static func join(_ nodes: [NodeID], _ key: Key, _ graph: inout Graph) throws(Diagnostic) {
    guard let first = nodes.first else { return }
    var indices: [NodeID: Int] = [:]
    for node in nodes {
      indices[node] = try OperatorRegistry.half(graph[node].op)?.resultIndex(graph[node].attributes)
    }
    var attributes = key.attributes
    var count = (indices.values.max() ?? 0) + 1
    if case .int(let all)? = attributes.removeValue(forKey: ResultHalf.countAttribute) { count = max(count, all) }
    count = max(count, SchemaRegistry.current(key.base)?.outputCount.lowerBound ?? 1)
    let whole = graph.addNode(
      key.base, key.operands, attributes, results: Array(repeating: "", count: count),
      provenance: graph[first].provenance, before: first)
    try Inference.infer(whole, in: &graph)
    for node in nodes {
      guard let index = indices[node], index < count else { continue }
      let name = graph[graph[node].results[0]].name
      graph.replaceUses(of: graph[node].results[0], with: graph[whole].results[index])
      graph.remove(node)
      if graph[whole].results.indices.contains(index) { graph.rename(graph[whole].results[index], to: name) }
    }
  }
}
