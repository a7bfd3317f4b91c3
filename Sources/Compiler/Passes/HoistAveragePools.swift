import Graph
import KernelRuntime
import Operators

/// Moves average pools before pointwise convolutions, which then have fewer pixels to compute: averages of pixels and sums
/// over channels may change places. DenseNet's transitions take a quarter of their products.
enum HoistAveragePools {
  /// - Complexity: linear in the number of nodes.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() {
      guard graph[node].op == OperatorName("AveragePool") || graph[node].op == OperatorName("GlobalAveragePool") else {
        continue
      }
      try hoist(node, &graph)
    }
  }

  private static func hoist(_ pool: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    let record = graph[pool]
    guard let image = record.operands[0], graph.isFloat(image), graph.onlyUser(image) == pool,
      let conv = graph[image].producer, graph[conv].op == OperatorName("Conv"), let x = graph[conv].operands[0],
      let before = graph.extents(image), before.count > 2, let after = graph.extents(record.results[0]),
      pixels(after) <= pixels(before) / 2, let call = Inference.call(conv, in: graph),
      try graph.isPointwise(conv, call), try averagesPixelsAlone(pool, graph)
    else { return }
    let hoisted = graph.addNode(record.op, [x], record.attributes, provenance: record.provenance, before: conv)
    try Inference.infer(hoisted, in: &graph)
    graph.setOperand(0, of: conv, to: graph[hoisted].results[0])
    try Inference.infer(conv, in: &graph)
    graph.replaceUses(of: record.results[0], with: image)
    graph.remove(pool)
  }

  private static func pixels(_ extents: [Int]) -> Int { extents.dropFirst(2).reduce(1, &*) }

  /// Whether the weights of each average have the sum 1, so that a bias stays what it is.
  private static func averagesPixelsAlone(_ pool: NodeID, _ graph: Graph) throws(Diagnostic) -> Bool {
    guard graph[pool].op == OperatorName("AveragePool") else { return true }
    guard let call = Inference.call(pool, in: graph) else { return false }
    guard try call.flag("count_include_pad") else { return true }
    guard try !call.flag("ceil_mode"), try ["NOTSET", "VALID"].contains(call.string("auto_pad")) else { return false }
    return try call.isFilled("pads", with: 0)
  }
}
