import Graph

/// Removes nodes that nothing uses, and constants likewise.
public enum EliminateDeadCode {
  /// - Returns: whether anything was removed.
  @discardableResult
  public static func run(on graph: inout Graph) -> Bool {
    var changed = false
    func sweep(_ region: RegionID, _ graph: inout Graph) {
      // From the end, so that one walk also removes what only dead nodes use.
      for node in graph.nodes(in: region).reversed() {
        if graph[node].results.allSatisfy({ graph[$0].uses.isEmpty }) {
          graph.remove(node)
          changed = true
        } else {
          for nested in graph[node].regions { sweep(nested, &graph) }
        }
      }
    }
    sweep(graph.main, &graph)
    graph.removeUnusedConstants()
    return changed
  }
}
