import Graph

/// A node on its way from one version of its operator to another.
public struct NodeDraft: Sendable {
  public var op: OperatorName
  /// The version of the schema that the draft follows.
  public var version: Int
  public var attributes: [String: AttributeValue]
  public var operands: [ValueID?]
  /// The names of the results; empty for one that is absent.
  public var results: [String]

  /// Makes the draft another node, with the same results: the last of those that take the old one's place.
  public mutating func become(
    _ type: String, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:]
  ) {
    op = OperatorName(type, domain: op.domain)
    version = SchemaRegistry.current(op)?.sinceVersion ?? version
    self.operands = operands
    self.attributes = attributes
  }
}

/// One step from a version of an operator to the next that has another meaning or form.
///
/// The type's name says which: `Softmax_11_13` takes a Softmax of version 11 to version 13. Steps without a type are
/// those where every node of the older version means the same in the newer.
public protocol VersionAdapter: Sendable {
  /// The domain of the operator; by default ONNX's own.
  static var domain: String { get }

  /// Takes the draft to the next version, adding nodes before it where one node no longer says it.
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic)
}

extension VersionAdapter {
  public static var domain: String { "" }

  /// The operator and the versions that the type's name says.
  static var step: VersionStep {
    let parts = String(describing: Self.self).split(separator: "_")
    guard parts.count == 3, let from = Int(parts[1]), let to = Int(parts[2]) else {
      preconditionFailure("\(Self.self) is not named <Operator>_<from>_<to>")
    }
    return VersionStep(op: OperatorName(String(parts[0]), domain: domain), from: from, to: to)
  }
}

/// A pair of neighbouring versions of an operator.
struct VersionStep: Hashable {
  var op: OperatorName
  var from: Int
  var to: Int
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
      try upgrades[VersionStep(op: draft.op, from: draft.version, to: next)]?.adapt(&draft, &builder)
      // An adapter that changed the operator has said which version it now is.
      if (draft.op, draft.version) == before { draft.version = next }
    }
    if SchemaRegistry.schema(draft.op, opset: draft.version)?.isDeprecated == true {
      throw Diagnostic(.error, .unsupported, "\(draft.op) was withdrawn in version \(draft.version), and no other operator replaces it")
    }
  }
}
