import Graph
import KernelRuntime
import Operators

/// Says the mask of a Dropout that drops nothing, as outside training, as a tensor of true.
enum DropoutMaskToStandard: RewriteRule {
  static let targets: Set<String>? = ["portable"]

  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard graph[node].op == OperatorName("DropoutMask", domain: ResultHalf.domain),
      let call = Inference.call(node, in: graph), let x = graph[node].operands.first ?? nil
    else { return false }
    if call.has(2) && call.known(2)?.integers != [0] { return false }
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in
      [try builder.add("Expand", [builder.constant(1, .bool), builder.add("Shape", [x])])]
    }
  }
}
