/// Names an operator: its type within a domain.
public struct OperatorName: Hashable, Sendable {
  /// The domain; empty for ONNX's own operators, whichever way the model spelt it.
  public let domain: String
  /// The name within the domain, such as `MaxPool`.
  public let type: String

  /// The operator `type` of `domain`; `ai.onnx` and the empty domain are the same.
  public init(_ type: String, domain: String = "") {
    self.domain = domain == "ai.onnx" ? "" : domain
    self.type = type
  }
}

extension OperatorName: CustomStringConvertible {
  /// The type, with its domain unless that is ONNX's own: `Softmax`, `com.microsoft.Gelu`.
  public var description: String { domain.isEmpty ? type : "\(domain).\(type)" }
}

extension OperatorName: Comparable {
  /// By domain, ONNX's own first, then by type.
  public static func < (a: Self, b: Self) -> Bool { (a.domain, a.type) < (b.domain, b.type) }
}
