import Graph
import Operators

/// Splits a node with several results into one node a result, with the same operands and attributes.
///
/// Results that nothing uses are not made. The compiler joins what is left of one call into one kernel call again, so
/// that nothing is computed twice.
enum SplitResults: RewriteRule {
  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    let record = graph[node]
    let halves = ResultHalf.halves(of: record.op)
    guard record.results.count > 1, !halves.isEmpty, !ConversionTarget.isControlFlow(record.op) else { return false }
    for (i, result) in record.results.enumerated() where !graph[result].uses.isEmpty {
      let half = halves[min(i, halves.count - 1)]
      var attributes = record.attributes
      if half.isVariadic {
        attributes[ResultHalf.indexAttribute] = .int(i)
        attributes[ResultHalf.countAttribute] = .int(record.results.count)
      }
      let name = graph[result].name
      let value = try graph.build(before: node) { (builder) throws(Diagnostic) in
        try builder.addNode(half.name, record.operands, attributes, results: [name])[0]
      }
      graph.replaceUses(of: result, with: value)
    }
    graph.remove(node)
    return true
  }
}
