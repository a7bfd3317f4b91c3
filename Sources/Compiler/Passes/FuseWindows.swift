import Graph
import KernelRuntime
import Operators

/// Draws convolutions into the windows behind them, where the images between are large and nobody else sees them: they are
/// then made row by row and never leave the cache.
enum FuseWindows {
  /// What a second-level cache holds, in bytes. Smaller images are still there when they are read.
  private static let cacheBytes = 1 << 20

  /// - Complexity: linear in the number of nodes.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() {
      switch graph[node].op {
      case .channelsLast("DepthwiseConv"): try fuseExpansion(node, &graph)
      case .channelsLast("MaxPool"): try fusePool(node, &graph)
      default: break
      }
    }
  }

  /// A convolution whose images are large and seen by one node alone.
  private struct Source {
    let node: NodeID
    let x: ValueID
    let weights: ValueID
    let bias: ValueID?
    let isPointwise: Bool
    let isUnitStride: Bool

    init?(of user: NodeID, _ graph: Graph) throws(Diagnostic) {
      guard let images = graph[user].operands[0], graph.onlyUser(images) == user, let node = graph[images].producer,
        graph[node].op == .channelsLast("Conv"), graph[node].operands.count < 4,
        let extents = graph.extents(images), extents.count == 4, extents.dropFirst().reduce(4, &*) > cacheBytes,
        let x = graph[node].operands[0], let weights = graph[node].operands[1],
        let call = Inference.call(node, in: graph), try call.int("group") == 1
      else { return nil }
      (self.node, self.x, self.weights) = (node, x, weights)
      bias = graph[node].operands.dropFirst(2).first ?? nil
      isUnitStride = try call.isFilled("strides", with: 1)
      isPointwise = try graph.isPointwise(node, call)
    }
  }

  /// A pointwise convolution before a depthwise one.
  private static func fuseExpansion(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    guard let source = try Source(of: node, graph), source.isPointwise else { return }
    let record = graph[node]
    var attributes = record.attributes
    for attribute in OperatorSchema.epilogueAttributes {
      attributes["expansion_\(attribute.name)"] = graph[source.node].attributes[attribute.name]
    }
    let bias = record.operands.dropFirst(2).first ?? nil
    try graph.replace(
      [source.node, node], by: .channelsLast("ExpandedDepthwiseConv"),
      [source.x, record.operands[1], bias, source.weights, source.bias], attributes)
  }

  /// A convolution before a pool, unless Winograd's algorithm may compute it, which has no rows.
  private static func fusePool(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    guard graph[node].results.count == 1, let source = try Source(of: node, graph),
      source.isPointwise || !source.isUnitStride
    else { return }
    var attributes = graph[source.node].attributes
    for (name, value) in graph[node].attributes { attributes["pool_\(name)"] = value }
    try graph.replace(
      [source.node, node], by: .channelsLast("PooledConv"), [source.x, source.weights, source.bias], attributes)
  }
}
