import Graph
import Logging
import Operators

/// Makes graphs legal for a target.
public struct Legalizer: Sendable {
  public let target: ConversionTarget
  private let log: Logger

  /// One node's replacement, for the log.
  public struct Rewrite: Hashable, Sendable, CustomStringConvertible {
    public let rule: String
    public let node: Provenance
    public let op: OperatorName
    /// The operators of the nodes that took its place.
    public let replacement: [OperatorName]

    public var description: String {
      let made = replacement.isEmpty ? "a value that is there already" : summary
      return "\(rule): \(op) of \(node) becomes \(made)"
    }

    private var summary: String {
      var counts: [(op: OperatorName, count: Int)] = []
      for op in replacement {
        if let i = counts.firstIndex(where: { $0.op == op }) { counts[i].count += 1 } else { counts.append((op, 1)) }
      }
      return counts.map { $0.count == 1 ? "\($0.op)" : "\($0.count) \($0.op)" }.joined(separator: ", ")
    }
  }

  /// How often in a row a rewrite's outcome may be rewritten again.
  static let maximalDepth = 32

  public init(_ target: ConversionTarget, log: Logger = Logger(label: "onramp.legalizer")) {
    self.target = target
    self.log = log
  }

  /// Rewrites a graph until the target takes every node.
  ///
  /// - Returns: what was rewritten, in order.
  /// - Throws: `LegalizationError`, which names every node that is left and why the target does not take it; the graph
  ///   is then as far as the rules brought it.
  public func legalize(_ graph: inout Graph) throws(LegalizationError) -> [Rewrite] {
    var rewrites: [Rewrite] = []
    var depth: [NodeID: Int] = [:]
    var refused: [NodeID: Diagnostic] = [:]
    var changed = true
    while changed {
      changed = false
      for node in graph.allNodes() where graph.contains(node) && refused[node] == nil {
        guard case .illegal(let reason, let help) = target.legality(of: node, in: graph) else { continue }
        let before = graph[node]
        let firstNew = graph.nextNode
        do throws(Diagnostic) {
          guard let rule = try apply(node, in: &graph) else {
            refused[node] = diagnostic(before, reason, help)
            continue
          }
          let made = graph.nodes(since: firstNew)
          let level = (depth[node] ?? 0) + 1
          for new in made { depth[new] = level }
          guard level <= Self.maximalDepth else {
            let endless = Diagnostic(
              .error, .illegal, "rewriting \(before.op) does not come to an end; the last rule was \(rule.name)",
              at: before.provenance)
            for new in made { refused[new] = endless }
            continue
          }
          let rewrite = Rewrite(
            rule: rule.name, node: before.provenance, op: before.op, replacement: made.map { graph[$0].op })
          log.info("\(rewrite)")
          rewrites.append(rewrite)
          changed = true
        } catch {
          refused[node] = error.located(before.provenance)
        }
      }
    }
    EliminateDeadCode.run(on: &graph)
    let left = graph.allNodes().compactMap { refused[$0] }
    guard left.isEmpty else { throw LegalizationError(target: target.name, diagnostics: left) }
    let problems = graph.verify()
    precondition(problems.isEmpty, "legalizing for \(target.name) broke the graph: \(problems.joined(separator: "; "))")
    return rewrites
  }

  /// The nodes that the target does not take, each with the reason; nothing is rewritten.
  public func illegalNodes(in graph: Graph) -> [Diagnostic] {
    graph.allNodes().compactMap { node in
      guard case .illegal(let reason, let help) = target.legality(of: node, in: graph) else { return nil }
      return diagnostic(graph[node], reason, help)
    }
  }

  private func apply(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> (any RewriteRule.Type)? {
    for rule in target.rules {
      if try rule.rewrite(node, in: &graph) { return rule }
    }
    return nil
  }

  private func diagnostic(_ node: Node, _ reason: String, _ help: String?) -> Diagnostic {
    Diagnostic(
      .error, .illegal, "target \(target.name) does not take \(node.op): \(reason)", at: node.provenance, help: help)
  }
}

/// The nodes that no rule could make legal.
public struct LegalizationError: Error, Sendable {
  public let target: String
  public let diagnostics: [Diagnostic]
}

extension Diagnostic.Code {
  /// A conversion target does not take a node.
  public static let illegal = Self("illegal")
}
