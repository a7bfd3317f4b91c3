import Graph
import KernelRuntime
import Operators

/// Draws a pointwise convolution into the depthwise one behind it, where the images between are large and nobody else sees
/// them: they are then made row by row and never leave the cache.
enum FuseExpansions {
  /// What a second-level cache holds, in bytes. Smaller images are still there when they are read.
  private static let cacheBytes = 1 << 20

  /// - Complexity: linear in the number of nodes.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph[node].op == .channelsLast("DepthwiseConv") {
      try fuse(node, &graph)
    }
  }

  private static func fuse(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    let record = graph[node]
    guard let images = record.operands[0], graph.onlyUser(images) == node, let expansion = graph[images].producer,
      graph[expansion].op == .channelsLast("Conv"), graph[expansion].operands.count < 4,
      let extents = graph.extents(images), extents.count == 4, extents.dropFirst().reduce(4, *) > cacheBytes,
      let x = graph[expansion].operands[0], let weights = graph[expansion].operands[1],
      graph.extents(weights)?.dropFirst(2).allSatisfy({ $0 == 1 }) == true, let input = graph.extents(x),
      input[1...2] == extents[1...2], let call = Inference.call(expansion, in: graph), try call.int("group") == 1,
      try (call.optionalInts("strides") ?? []).allSatisfy({ $0 == 1 }),
      try (call.optionalInts("pads") ?? []).allSatisfy({ $0 == 0 })
    else { return }
    var attributes = record.attributes
    for attribute in OperatorSchema.epilogueAttributes {
      attributes["expansion_\(attribute.name)"] = graph[expansion].attributes[attribute.name]
    }
    func bias(_ node: NodeID) -> ValueID? { graph[node].operands.dropFirst(2).first ?? nil }
    try graph.replace(
      [expansion, node], by: .channelsLast("ExpandedDepthwiseConv"),
      [x, record.operands[1], bias(node), weights, bias(expansion)], attributes)
  }
}
