public import KernelRuntime

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The bytes of a tensor: a view of memory that it shares with its copies, a mapped file above all.
public struct RawData: Sendable {
  /// The memory that the bytes lie in.
  public let buffer: Buffer
  /// Where in it they start.
  public let offset: Int
  /// The number of bytes.
  public let count: Int

  /// A view of a buffer's bytes; nil when the range leaves the buffer.
  public init?(_ buffer: Buffer, offset: Int, count: Int) {
    guard offset >= 0, count >= 0, offset <= buffer.byteCount, count <= buffer.byteCount - offset else { return nil }
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }

  /// A copy of the given bytes. Complexity: O(n).
  public init(_ bytes: some Collection<UInt8>) {
    let owner = OwnedBytes(bytes)
    buffer = Buffer(borrowing: UnsafeRawBufferPointer(owner.bytes), owner: owner)
    offset = 0
    count = owner.bytes.count
  }

  /// A view of all the bytes that a tensor's elements take in memory.
  public init(of tensor: Tensor) {
    buffer = tensor.buffer
    offset = tensor.byteOffset
    count = tensor.byteCount
  }

  /// Calls `body` with the bytes.
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try body(UnsafeRawBufferPointer(start: buffer.start + offset, count: count))
  }
}

extension RawData: Equatable {
  /// Whether the bytes are the same. Complexity: O(n).
  public static func == (a: RawData, b: RawData) -> Bool {
    a.count == b.count && memcmp(a.buffer.start + a.offset, b.buffer.start + b.offset, a.count) == 0
  }
}

/// Memory filled once and then only read, aligned for every element type.
final class OwnedBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    bytes = .allocate(byteCount: byteCount, alignment: Buffer.alignment)
  }

  convenience init(_ content: some Collection<UInt8>) {
    self.init(byteCount: content.count)
    bytes.copyBytes(from: content)
  }

  deinit { bytes.deallocate() }
}
