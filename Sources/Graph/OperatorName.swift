/// An operator's name together with the operator set that defines it.
public struct OperatorName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The operator set's domain; empty for ONNX's own, which models also spell "ai.onnx".
  public let domain: String
  /// The operator's name within its domain, such as "MaxPool".
  public let type: String

  public init(_ type: String, domain: String = "") {
    self.type = type
    self.domain = domain == "ai.onnx" ? "" : domain
  }

  public var description: String { domain.isEmpty ? type : "\(domain).\(type)" }

  public static func < (a: Self, b: Self) -> Bool { (a.domain, a.type) < (b.domain, b.type) }
}
