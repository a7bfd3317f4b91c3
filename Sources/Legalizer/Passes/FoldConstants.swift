import Graph
import KernelRuntime
import Operators

/// Computes ahead what does not depend on the inputs, with the operators' own kernels.
public enum FoldConstants {
  /// A folded result larger than its operands together and this many bytes stays a node: the file or the program
  /// would grow for little.
  static let growthLimit = 1 << 20

  /// - Returns: whether anything was folded.
  @discardableResult
  public static func run(on graph: inout Graph) throws(Diagnostic) -> Bool {
    try fold(graph.main, &graph)
  }

  private static func fold(_ region: RegionID, _ graph: inout Graph) throws(Diagnostic) -> Bool {
    var changed = false
    for node in graph.nodes(in: region) {
      if try inlineBranch(node, &graph) {
        changed = true
        continue
      }
      for nested in graph[node].regions where try fold(nested, &graph) { changed = true }
      guard let values = knownResults(node, graph) ?? computedResults(node, graph) else { continue }
      for (result, tensor) in zip(graph[node].results, values) where !graph[result].uses.isEmpty {
        let constant = graph.addConstant(tensor, name: graph[result].name)
        graph.replaceUses(of: result, with: constant)
      }
      graph.remove(node)
      changed = true
    }
    return changed
  }

  /// The results that inference found already.
  private static func knownResults(_ node: NodeID, _ graph: Graph) -> [Tensor]? {
    var tensors: [Tensor] = []
    for result in graph[node].results {
      guard case .tensor(let tensor)? = graph[result].elements, tensor.spec == graph[result].type?.tensor?.spec else {
        return nil
      }
      tensors.append(tensor)
    }
    return tensors
  }

  /// The results of a node whose operands are constants.
  private static func computedResults(_ node: NodeID, _ graph: Graph) -> [Tensor]? {
    let record = graph[node]
    guard let entry = OperatorRegistry.entry(record.op), record.regions.isEmpty,
      let call = Inference.call(node, in: graph)
    else { return nil }
    var values: [RuntimeValue?] = []
    var operandBytes = 0
    for operand in record.operands {
      guard let operand else {
        values.append(nil)
        continue
      }
      guard let tensor = graph[operand].constant else { return nil }
      operandBytes += tensor.byteCount
      values.append(.tensor(tensor))
    }
    let resultBytes = record.results.reduce(0) { $0 + (graph[$1].type?.tensor?.spec?.byteCount ?? 0) }
    guard resultBytes <= max(operandBytes, growthLimit) else { return nil }
    let tensors = entry.evaluate(call, values).compactMap { $0 }
    return tensors.count >= record.results.count ? tensors : nil
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
}
