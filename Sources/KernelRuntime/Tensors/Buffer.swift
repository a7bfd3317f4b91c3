#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A block of memory that one or more tensors view; it lives as long as any of them.
///
/// Safe to share between threads once filled: nobody writes to a buffer that more than one tensor can see.
public final class Buffer: @unchecked Sendable {
  public let address: UnsafeMutableRawPointer
  public let byteCount: Int
  private enum Storage {
    case heap
    case strings(count: Int)
    /// Memory that somebody else owns, a mapped file above all.
    case borrowed(AnyObject)
  }
  private let storage: Storage

  /// Buffers start at a cache line, so that vector loads never straddle two.
  public static let alignment = 64

  /// New memory, its contents undefined.
  public init(byteCount: Int) throws(KernelError) {
    var pointer: UnsafeMutableRawPointer?
    guard byteCount >= 0, byteCount <= Limits.tensorBytes,
      posix_memalign(&pointer, Self.alignment, max(byteCount, Self.alignment)) == 0, let pointer
    else { throw KernelError(.memory, "cannot allocate \(byteCount) bytes") }
    address = pointer
    self.byteCount = byteCount
    storage = .heap
  }

  /// Memory for strings, each of them empty.
  public init(strings count: Int) throws(KernelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<String>.stride)
    guard !overflow, bytes <= Limits.tensorBytes, let pointer = malloc(max(bytes, 1)) else {
      throw KernelError(.memory, "cannot allocate \(count) strings")
    }
    pointer.initializeMemory(as: String.self, repeating: "", count: count)
    address = pointer
    byteCount = bytes
    storage = .strings(count: count)
  }

  /// A view of memory that `owner` keeps alive. Never written to.
  public init(borrowing bytes: UnsafeRawBufferPointer, owner: AnyObject) {
    // An empty buffer has no address; any pointer serves where nothing is read.
    address = UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: Self.alignment)!)
    byteCount = bytes.count
    storage = .borrowed(owner)
  }

  /// Says that bytes of a mapped file have been read and are not needed soon, so that they stop counting as memory of
  /// this process. They stay readable.
  public func discard(offset: Int, count: Int) {
    guard case .borrowed(let owner) = storage, let file = owner as? MappedFile else { return }
    file.discard(UnsafeRawBufferPointer(start: address + offset, count: count))
  }

  deinit {
    switch storage {
    case .heap: free(address)
    case .strings(let count):
      address.assumingMemoryBound(to: String.self).deinitialize(count: count)
      free(address)
    case .borrowed: break
    }
  }
}

/// What the runtime refuses to go beyond, whatever a file asks for.
public enum Limits {
  /// The greatest size of one tensor in memory, in bytes.
  public static let tensorBytes = 1 << 38
  /// The greatest number of dimensions of a tensor.
  public static let rank = 64
}
