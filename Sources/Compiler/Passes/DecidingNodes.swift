import Graph
import Operators

/// Finds the nodes whose rounding decides where values go.
///
/// MaxPool's indices jump when the two greatest elements of a window change places, and MaxUnpool then puts a value
/// somewhere else: an error of one millionth becomes one of the value's own size. Neighbours in an image are nearly equal
/// all the time, so what such indices depend on is computed without algorithms whose rounding errors are greater than those
/// of the operators' own sums.
enum DecidingNodes {
  private static let indices = Set(
    ["MaxPoolIndices", "ChannelsLastMaxPoolIndices"].map { OperatorName($0, domain: ResultHalf.domain) })

  /// The nodes, nested ones included, that the indices of some MaxPool depend on.
  ///
  /// - Complexity: linear in the number of nodes and operands.
  static func find(in graph: Graph) -> Set<NodeID> {
    var found: Set<NodeID> = []
    var open = graph.allNodes().filter { indices.contains(graph[$0].op) }
    while let node = open.popLast() {
      guard found.insert(node).inserted else { continue }
      var values = graph[node].operands.compactMap { $0 }
      for region in graph[node].regions {
        values += graph.captures(of: region)
        open += graph.nodes(in: region)
      }
      open += values.compactMap { graph[$0].producer }
      if let owner = graph[graph[node].region].owner { open.append(owner) }
    }
    return found
  }
}
