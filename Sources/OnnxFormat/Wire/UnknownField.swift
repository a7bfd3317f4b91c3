/// A field that this package's schema does not know. It is written back as it was read.
public struct UnknownField: Equatable, Sendable {
  /// The field's number.
  public var number: UInt32
  /// The field's wire type in protobuf's encoding.
  public var wireType: UInt8
  /// The field's bytes after its tag; for a length-delimited field the length comes first.
  public var bytes: [UInt8]

  /// A field from its parts.
  public init(number: UInt32, wireType: UInt8, bytes: [UInt8]) {
    self.number = number
    self.wireType = wireType
    self.bytes = bytes
  }
}
