/// Why a kernel could not be prepared or run.
public struct KernelError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The value of an operand decides about shapes and is not known yet.
    case needsValue(operand: Int)
    /// The operands contradict each other or the attributes.
    case invalid
    /// Correct, but beyond what this runtime does.
    case unsupported
    /// More memory than there is or than the limits allow.
    case memory
  }

  public var kind: Kind
  public var description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  public static func invalid(_ text: String) -> KernelError { KernelError(.invalid, text) }
  public static func unsupported(_ text: String) -> KernelError { KernelError(.unsupported, text) }
  public static func needsValue(_ operand: Int) -> KernelError {
    KernelError(.needsValue(operand: operand), "the value of operand \(operand) is not known before the run")
  }
}
