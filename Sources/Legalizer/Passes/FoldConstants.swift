import Graph
import KernelRuntime
import Operators

/// Computes ahead what does not depend on the inputs, with the operators' own kernels, and takes out what does nothing.
public enum FoldConstants {
  /// - Parameter converting: whether constants are converted to wider types however large they are.
  /// - Returns: whether anything was folded.
  @discardableResult
  public static func run(on graph: inout Graph, converting: Bool = false) throws(Diagnostic) -> Bool {
    try fold(graph.main, &graph, converting)
  }

  private static func fold(
    _ region: RegionID, _ graph: inout Graph, _ converting: Bool
  ) throws(Diagnostic) -> Bool {
    var changed = false
    for node in graph.nodes(in: region) {
      if try inlineBranch(node, &graph) || dropIdle(node, &graph) {
        changed = true
        continue
      }
      for nested in graph[node].regions where try fold(nested, &graph, converting) { changed = true }
      guard let values = Folding.results(of: node, in: graph, converting: converting) else { continue }
      for (result, tensor) in zip(graph[node].results, values) where !graph[result].uses.isEmpty {
        let constant = graph.addConstant(tensor, name: graph[result].name)
        graph.replaceUses(of: result, with: constant)
      }
      graph.remove(node)
      changed = true
    }
    return changed
  }

  /// Puts the branch that an If always takes in the If's place.
  private static func inlineBranch(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) -> Bool {
    let record = graph[node]
    guard record.op == OperatorName("If"), let condition = record.operands.first ?? nil,
      case .tensor(let tensor)? = graph[condition].elements, let taken = tensor.integers?.first,
      case .region(let branch)? = record.attributes[taken != 0 ? "then_branch" : "else_branch"]
    else { return false }
    let values = graph.inline(branch, before: node)
    for (result, value) in zip(record.results, values) { graph.replaceUses(of: result, with: value) }
    graph.remove(node)
    return true
  }

  /// Takes out a node whose result is its first operand.
  private static func dropIdle(_ node: NodeID, _ graph: inout Graph) -> Bool {
    let record = graph[node]
    guard record.results.count == 1, let x = record.operands.first ?? nil, isIdle(node, graph) else { return false }
    graph.replaceUses(of: record.results[0], with: x)
    graph.remove(node)
    return true
  }

  /// Whether a node is a Dropout that drops nothing, as outside training, a Cast to the type that its operand has or an
  /// Expand to its shape.
  private static func isIdle(_ node: NodeID, _ graph: Graph) -> Bool {
    guard let call = Inference.call(node, in: graph) else { return false }
    switch graph[node].op {
    case OperatorName("Dropout"): return !call.has(2) || call.known(2)?.integers == [0]
    case OperatorName("Cast"), OperatorName("Expand"):
      guard let type = graph[graph[node].results[0]].type?.tensor, type.shape != nil else { return false }
      return call.operands[0]?.type.tensor == type
    default: return false
    }
  }
}
