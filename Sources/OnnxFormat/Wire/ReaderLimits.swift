/// What the reader refuses to go beyond, whatever a file asks for.
///
/// Each limit is checked before the memory that it bounds is allocated. None of them concerns tensors' raw data, which is
/// never copied while reading.
public struct ReaderLimits: Hashable, Sendable {
  /// How deep messages may nest. An If inside an If costs three levels.
  public var depth = 100
  /// The number of fields in all messages together, and so also of messages.
  public var fields = 1 << 26
  /// The size of the file without its tensors' raw data, in bytes.
  public var skeletonBytes = 1 << 30
  /// The memory that the parsed structures may take while they are copied into Swift's, in bytes.
  public var parserBytes = 1 << 33

  /// The default limits: several times what the largest models in use need.
  public init() {}
}
