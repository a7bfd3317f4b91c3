import Graph
import Operators

/// Replaces a node by an earlier one that computes the same: common subexpression elimination.
public enum MergeEqualNodes {
  private struct Key: Hashable {
    var op: OperatorName
    var operands: [ValueID?]
    var attributes: [String: AttributeValue]
  }

  /// - Returns: whether anything was merged.
  @discardableResult
  public static func run(on graph: inout Graph) -> Bool {
    var changed = false
    // A body sees what was computed before the node that owns it; nothing of a body is seen outside.
    func merge(_ region: RegionID, seen outer: [Key: NodeID], _ graph: inout Graph) {
      var seen = outer
      for id in graph.nodes(in: region) {
        let node = graph[id]
        guard node.regions.isEmpty else {
          for nested in node.regions { merge(nested, seen: seen, &graph) }
          continue
        }
        guard OperatorRegistry.entry(node.op)?.isPure == true else { continue }
        let key = Key(op: node.op, operands: node.operands, attributes: node.attributes)
        guard let twin = seen[key], graph[twin].results.count == node.results.count else {
          seen[key] = id
          continue
        }
        for (result, same) in zip(node.results, graph[twin].results) { graph.replaceUses(of: result, with: same) }
        graph.remove(id)
        changed = true
      }
    }
    merge(graph.main, seen: [:], &graph)
    return changed
  }
}
