import Graph
import KernelRuntime
import Operators

/// A way to say what one node says by nodes that are nearer to a target's liking.
///
/// One file in `Rules` a rule. A rule that does not fit a node says so and leaves the graph alone. Progress is the
/// rules' duty and the driver's to check: what a rewrite makes may be rewritten again, but not without end.
public protocol RewriteRule: Sendable {
  /// The names of the targets that the rule serves; nil for all.
  static var targets: Set<String>? { get }

  /// Rewrites a node that the target does not take.
  ///
  /// The rule adds nodes before the node, moves the uses of its results to theirs, and removes it.
  ///
  /// - Returns: whether it did.
  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool
}

extension RewriteRule {
  public static var targets: Set<String>? { nil }
  /// The rule's name in logs.
  public static var name: String { typeName(Self.self) }
}

extension RewriteRule {
  /// Puts values in the place of a node's results and removes it.
  ///
  /// - Parameter body: adds nodes before the node and gives a value for each result, or nil to leave all as it is.
  public static func replace(
    _ node: NodeID, in graph: inout Graph,
    with body: (inout NodeBuilder) throws(Diagnostic) -> [ValueID]?
  ) throws(Diagnostic) -> Bool {
    guard let values = try graph.build(before: node, body) else { return false }
    for (result, value) in zip(graph[node].results, values) { graph.replaceUses(of: result, with: value) }
    graph.remove(node)
    return true
  }
}

enum RuleRegistry {
  /// The rules that serve a target, by name.
  static func rules(for target: String) -> [any RewriteRule.Type] {
    allRules.filter { $0.targets?.contains(target) ?? true }.sorted { $0.name < $1.name }
  }
}
