import Graph
import KernelRuntime

/// One step from a version of an operator to the next that has another meaning or form.
///
/// The type's name says which: `Softmax_11_13` takes a Softmax of version 11 to version 13, and `Gelu_20_0` a Gelu to
/// operator sets that have none. Steps without a type are those where every node of the older version means the same
/// in the newer.
public protocol VersionAdapter: Sendable {
  /// The domain of the operator; by default ONNX's own.
  static var domain: String { get }

  /// Takes the draft to the next version, adding nodes before it where one node no longer says it.
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic)
}

extension VersionAdapter {
  public static var domain: String { "" }

  /// The operator and the versions that the type's name says.
  package static var step: VersionStep {
    let parts = typeName(Self.self).split(separator: "_")
    guard parts.count == 3, let from = Int(parts[1]), let to = Int(parts[2]) else {
      preconditionFailure("\(Self.self) is not named <Operator>_<from>_<to>")
    }
    return VersionStep(op: OperatorName(String(parts[0]), domain: domain), from: from, to: to)
  }
}

/// A pair of neighbouring versions of an operator.
package struct VersionStep: Hashable {
  package var op: OperatorName
  package var from: Int
  package var to: Int

  package init(op: OperatorName, from: Int, to: Int) {
    self.op = op
    self.from = from
    self.to = to
  }
}

/// A step toward the newest version, taken when a model is read.
public protocol Upgrade: VersionAdapter {}
/// A step toward an older version, taken when a model is written for it.
public protocol Downgrade: VersionAdapter {}

enum VersionAdapters {
  private static let upgrades: [VersionStep: any Upgrade.Type] = Dictionary(
    allUpgrades.map { ($0.step, $0) }, uniquingKeysWith: { first, _ in first })

  /// Takes a draft to the newest version of its operator, step by step.
  static func upgrade(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    while let next = SchemaRegistry.versions(of: draft.op).first(where: { $0 > draft.version }) {
      let before = (draft.op, draft.version)
      // A hint about memory that some operators had in version 1.
      draft.attributes["consumed_inputs"] = nil
      let step = VersionStep(op: draft.op, from: draft.version, to: next)
      if let upgrade = upgrades[step], AdapterProbe.allows(step) { try upgrade.adapt(&draft, &builder) }
      // An adapter that changed the operator has said which version it now is.
      if (draft.op, draft.version) == before { draft.version = next }
    }
    let schema = SchemaRegistry.schema(draft.op, opset: draft.version)
    if schema?.isDeprecated == true, OperatorRegistry.entry(draft.op) == nil {
      throw .unsupported("\(draft.op) was withdrawn in version \(draft.version), and no other operator replaces it")
    }
  }

  private static let downgrades: [VersionStep: any Downgrade.Type] = Dictionary(
    allDowngrades.map { ($0.step, $0) }, uniquingKeysWith: { first, _ in first })

  /// Takes every node of a graph to the version of its operator that older operator sets have.
  ///
  /// - Parameter versions: the version of each domain's set.
  /// - Throws: when a node has no form in that operator set.
  static func downgrade(_ graph: inout Graph, to versions: [String: Int]) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) {
      let place = graph[node].provenance
      do throws(Diagnostic) {
        try downgrade(node, in: &graph, to: versions)
      } catch {
        throw error.located(place)
      }
    }
  }

  private static func downgrade(
    _ node: NodeID, in graph: inout Graph, to versions: [String: Int]
  ) throws(Diagnostic) {
    let record = graph[node]
    guard SchemaRegistry.isStandard(record.op), let version = versions[record.op.domain] else { return }
    var draft = NodeDraft(
      op: record.op, version: SchemaRegistry.versions(of: record.op).last ?? 1, attributes: record.attributes,
      operands: record.operands, results: record.results.map { graph[$0].name })
    let first = graph.nextNode
    try graph.build(before: node) { (builder) throws(Diagnostic) in
      while draft.version > version {
        let next =
          SchemaRegistry.schemas(of: draft.op).last { $0.sinceVersion < draft.version && !$0.isExperimental }?
          .sinceVersion ?? 0
        let before = (draft.op, draft.version)
        let step = VersionStep(op: draft.op, from: draft.version, to: next)
        if let downgrade = downgrades[step], AdapterProbe.allows(step) { try downgrade.adapt(&draft, &builder) }
        guard (draft.op, draft.version) == before else { continue }
        guard next > 0 else {
          throw Diagnostic(
            .error, .unsupported, "\(draft.op) came with version \(draft.version) of the operator set",
            help: "convert to version \(draft.version) or a newer one")
        }
        dropDefaults(&draft, to: next)
        draft.version = next
      }
    }
    let end = graph.nextNode
    try check(draft, draft.operands.map { $0.flatMap { graph[$0].type } })
    if draft.op != record.op || draft.attributes != record.attributes || draft.operands != record.operands {
      replace(node, by: draft, in: &graph)
    }
    guard end > first else { return }
    // What the adapters added is of the newest version and goes down the same way.
    for added in graph.nodes(since: first) where added < end {
      try downgrade(added, in: &graph, to: versions)
    }
  }

  /// Puts what has become of a node in its place, with results of the same names.
  private static func replace(_ node: NodeID, by draft: NodeDraft, in graph: inout Graph) {
    let record = graph[node]
    let last = graph.addNode(
      draft.op, draft.operands, draft.attributes, results: draft.results.map { _ in "" },
      provenance: record.provenance, before: node)
    let values = draft.givenResults.merging(zip(draft.results, graph[last].results)) { given, _ in given }
    for old in record.results {
      let name = graph[old].name
      guard let new = values[name] else { continue }
      graph[new].type = graph[old].type
      graph.replaceUses(of: old, with: new)
      graph.rename(old, to: "")
      graph.rename(new, to: name)
    }
    graph.remove(node)
  }

  /// Takes away the attributes that the next older version does not have where they say what goes without saying.
  private static func dropDefaults(_ draft: inout NodeDraft, to older: Int) {
    guard let schema = SchemaRegistry.schema(draft.op, opset: draft.version),
      let next = SchemaRegistry.schema(draft.op, opset: older)
    else { return }
    for attribute in schema.attributes where next.attribute(attribute.name) == nil {
      if let value = attribute.defaultValue, draft.attributes[attribute.name] == AttributeValue(value) {
        draft.attributes[attribute.name] = nil
      }
    }
  }

  private static func check(_ draft: NodeDraft, _ types: [ValueType?]) throws(Diagnostic) {
    guard let schema = SchemaRegistry.schema(draft.op, opset: draft.version) else { return }
    let problems = SchemaCheck(schema).check(
      attributes: draft.attributes, operands: types, present: draft.operands.map { $0 != nil },
      resultCount: draft.results.count)
    if let problem = problems.first {
      throw Diagnostic(
        .error, .unsupported, "version \(draft.version) of \(draft.op) cannot say this node: \(problem.message)",
        help: problem.help)
    }
  }
}

extension AttributeValue {
  /// The value of an attribute that a node leaves out.
  init(_ value: OperatorSchema.Attribute.Default) {
    switch value {
    case .int(let x): self = .int(Int(x))
    case .float(let x): self = .float(x)
    case .string(let x): self = .string(x)
    case .ints(let x): self = .ints(x.map { Int($0) })
    case .floats(let x): self = .floats(x)
    case .strings(let x): self = .strings(x)
    }
  }
}
