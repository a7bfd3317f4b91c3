import Graph
import KernelRuntime
import Operators

/// Draws what joins channels, and nobody else sees, into the normalization behind it, which then reads the parts where they
/// are.
enum FuseConcatenations {
  /// - Complexity: linear in the number of nodes.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    let normalization = OperatorName.channelsLast("BatchNormalization")
    for node in graph.allNodes() where graph[node].op == normalization && graph[node].operands.count == 5 {
      guard let x = graph[node].operands[0], graph.onlyUser(x) == node, let concat = graph[x].producer,
        graph[concat].op == OperatorName("Concat"), let rank = graph[x].type?.tensor?.shape?.count,
        let axis = try Inference.call(concat, in: graph)?.int("axis"), axis == -1 || axis == rank - 1
      else { continue }
      let parts = graph[concat].operands
      graph.setOperands(of: node, to: [parts[0]] + graph[node].operands.dropFirst() + parts.dropFirst())
      graph.remove(concat)
    }
  }
}
