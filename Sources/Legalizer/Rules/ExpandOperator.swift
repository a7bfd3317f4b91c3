import Graph
import Operators

/// Replaces an operator by simpler ones, as its definition says.
enum ExpandOperator: RewriteRule {
  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard let definition = OperatorRegistry.definition(graph[node].op), let call = Inference.call(node, in: graph)
    else { return false }
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in try definition.expand(call, &builder) }
  }
}
