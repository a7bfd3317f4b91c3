import Graph
import KernelRuntime
import Operators

/// What a consumer of models takes.
public struct ConversionTarget: Sendable {
  /// The verdict on one node.
  public enum Legality: Hashable, Sendable {
    case legal
    /// Why the target does not take the node, and what the user could do about it.
    case illegal(reason: String, help: String? = nil)
  }

  public let name: String
  /// The newest version of ONNX's operator set that the target reads; nil when any will do.
  public let opset: Int?
  /// Whether files for the target may have no node with several outputs.
  public let wantsSingleResults: Bool
  /// The rules that may rewrite what is illegal, in the order in which they are tried.
  public let rules: [any RewriteRule.Type]
  private let verdict: @Sendable (NodeID, Graph) -> Legality

  public init(
    name: String, opset: Int? = nil, wantsSingleResults: Bool = false, rules: [any RewriteRule.Type],
    legality: @escaping @Sendable (NodeID, Graph) -> Legality
  ) {
    self.name = name
    self.opset = opset
    self.wantsSingleResults = wantsSingleResults
    self.rules = rules
    verdict = legality
  }

  /// The target with rules of your own, which are tried before its others.
  public func adding(_ rules: [any RewriteRule.Type]) -> ConversionTarget {
    ConversionTarget(
      name: name, opset: opset, wantsSingleResults: wantsSingleResults, rules: rules + self.rules, legality: verdict)
  }

  /// Whether the target takes a node as it stands.
  public func legality(of node: NodeID, in graph: Graph) -> Legality { verdict(node, graph) }

  /// The targets that Onramp has, sorted by name.
  public static var all: [ConversionTarget] { [.onramp, .portable] }

  /// The target of that name.
  public static func named(_ name: String) -> ConversionTarget? { all.first { $0.name == name } }

  /// Whether a node gives more than one value and is no control flow, whose results are bound one by one.
  static func isTuple(_ node: NodeID, in graph: Graph) -> Bool {
    graph[node].results.count > 1 && !isControlFlow(graph[node].op)
  }

  static func isControlFlow(_ op: OperatorName) -> Bool {
    OperatorRegistry.definition(op).map { $0 is any RegionOperator.Type } ?? false
  }
}
