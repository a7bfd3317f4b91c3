#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file mapped read-only; pages are read when they are first touched.
public final class MappedFile: @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer

  /// Maps an open file. The descriptor stays the caller's and may be closed at once.
  ///
  /// - Throws: when it is no regular file or cannot be mapped.
  public init(descriptor: Int32) throws(KernelError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .invalid("cannot examine the file") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .invalid("not a regular file") }
    guard let size = Int(exactly: status.st_size), size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw KernelError(.memory, "cannot map the file")
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  /// Opens and maps the file at a path.
  public convenience init(path: String) throws(KernelError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .invalid(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor)
  }

  /// Says that some of the file's bytes will be read now: their pages are mapped in one go, not fault by fault.
  func prepareToRead(_ part: UnsafeRawBufferPointer) {
    #if os(Linux)
      let page = Int(sysconf(Int32(_SC_PAGESIZE)))
      guard page > 0, let start = part.baseAddress, part.count > 0 else { return }
      let skipped = Int(bitPattern: start) % page
      // MADV_POPULATE_READ, which older headers lack and older systems refuse.
      madvise(UnsafeMutableRawPointer(mutating: start - skipped), part.count + skipped, 22)
    #endif
  }

  /// Gives the pages of some of the file's bytes back to the system until they are read again, and those around them that
  /// came with them: the system may keep a file in pieces of 2 MiB and map each as a whole.
  func discard(_ part: UnsafeRawBufferPointer) {
    guard part.count > 0, let start = part.baseAddress, let mapping = bytes.baseAddress else { return }
    let first = max(start - Int(bitPattern: start) % Self.largestPage, mapping)
    let end = min(
      Int(bitPattern: start + part.count).roundedUp(to: Self.largestPage), Int(bitPattern: mapping + bytes.count))
    madvise(UnsafeMutableRawPointer(mutating: first), end - Int(bitPattern: first), MADV_DONTNEED)
  }

  private static let largestPage = 1 << 21

  /// Gives all pages back.
  func discard() { discard(bytes) }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// The bytes of a range as a buffer that keeps the file mapped; nil when the range leaves the file.
  public func buffer(offset: Int, count: Int) -> Buffer? { buffer(offset: offset, count: count, checksum: nil) }

  /// - Parameter checksum: what the bytes should have, to be compared later; nil for none.
  func buffer(offset: Int, count: Int, checksum: UInt64?) -> Buffer? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
    return Buffer(
      borrowing: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), owner: self, checksum: checksum)
  }
}
