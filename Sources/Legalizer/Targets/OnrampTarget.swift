import Graph
import Operators

extension ConversionTarget {
  /// Onramp's own runtime: every operator that has a kernel, one result each.
  public static let onramp = ConversionTarget(
    name: "onramp", rules: RuleRegistry.rules(for: "onramp")
  ) { node, graph in
    let op = graph[node].op
    guard let entry = OperatorRegistry.entry(op) else {
      return .illegal(
        reason: "Onramp does not know the operator \(op)",
        help: "`onramp ops` lists the operators that it knows; a custom one can be registered")
    }
    if isTuple(node, in: graph) { return .illegal(reason: "it gives \(graph[node].results.count) results") }
    if entry.definition is any RegionOperator.Type, !(entry.definition is any ExpandedOp.Type) { return .legal }
    guard let call = Inference.call(node, in: graph) else {
      return .illegal(reason: "the type of an input is not known")
    }
    do throws(Diagnostic) {
      _ = try entry.definition.kernel(call)
      return .legal
    } catch {
      return .illegal(reason: error.message, help: error.help)
    }
  }
}
