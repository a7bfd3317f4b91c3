import Synchronization

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
  /// Where the bytes lie, which may be any address for a file's bytes.
  package let start: UnsafeMutableRawPointer
  public let byteCount: Int
  private enum Storage {
    case heap
    /// Pages of their own, that go back to the system with the buffer.
    case pages
    case strings(count: Int)
    /// Memory that somebody else owns, a mapped file above all.
    case borrowed(AnyObject)
    /// Bytes of another buffer that do not start where their type wants.
    case misaligned(AlignedCopy)
  }
  private let storage: Storage
  /// What the bytes should be, as long as nobody has looked.
  private let seal: Seal?

  /// The bytes, aligned for every element type. Those of a file that are not are copied at the first call.
  public var address: UnsafeMutableRawPointer {
    guard case .misaligned(let copy) = storage else { return start }
    return copy.address(of: self)
  }

  /// Buffers start at a cache line, so that vector loads never straddle two.
  public static let alignment = 64

  /// From this size on memory comes in pages of its own: the heap would keep what is freed.
  private static let pagesLimit = 1 << 20

  /// New memory, its contents undefined.
  public init(byteCount: Int) throws(KernelError) {
    func error() -> KernelError { KernelError(.memory, "cannot allocate \(byteCount) bytes") }
    guard byteCount >= 0, byteCount <= Limits.tensorBytes else { throw error() }
    if byteCount >= Self.pagesLimit {
      guard let pages = allocatePages(byteCount) else { throw error() }
      (start, storage) = (pages, .pages)
    } else {
      var pointer: UnsafeMutableRawPointer?
      guard posix_memalign(&pointer, Self.alignment, max(byteCount, Self.alignment)) == 0, let pointer else {
        throw error()
      }
      (start, storage) = (pointer, .heap)
    }
    self.byteCount = byteCount
    seal = nil
  }

  /// Memory for strings, each of them empty.
  public init(strings count: Int) throws(KernelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<String>.stride)
    guard !overflow, bytes <= Limits.tensorBytes, let pointer = malloc(max(bytes, 1)) else {
      throw KernelError(.memory, "cannot allocate \(count) strings")
    }
    pointer.initializeMemory(as: String.self, repeating: "", count: count)
    start = pointer
    byteCount = bytes
    storage = .strings(count: count)
    seal = nil
  }

  /// A view of memory that `owner` keeps alive. Never written to.
  public convenience init(borrowing bytes: UnsafeRawBufferPointer, owner: AnyObject) {
    self.init(borrowing: bytes, owner: owner, checksum: nil)
  }

  /// - Parameter checksum: what `isIntact` compares the bytes with; nil when nothing is to be compared.
  init(borrowing bytes: UnsafeRawBufferPointer, owner: AnyObject, checksum: UInt64?) {
    // An empty buffer has no address; any pointer serves where nothing is read.
    start = UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: Self.alignment)!)
    byteCount = bytes.count
    storage = .borrowed(owner)
    seal = checksum.map { Seal(checksum: $0) }
  }

  /// A view of some bytes of another buffer, which need not start where elements of their type do. Whoever asks for
  /// their address gets that of an aligned copy, made then; `withoutAligning` does without.
  ///
  /// - Parameter offset: with `count` inside the buffer.
  public init(misaligned buffer: Buffer, offset: Int, count: Int) {
    start = buffer.start + offset
    byteCount = count
    storage = .misaligned(AlignedCopy(of: buffer, offset: offset))
    seal = nil
  }

  /// The same bytes where they are now, whatever their alignment.
  var withoutAligning: Buffer {
    guard case .misaligned(let copy) = storage else { return self }
    return copy.made ?? Buffer(borrowing: UnsafeRawBufferPointer(start: start, count: byteCount), owner: self)
  }

  /// Has the system provide the pages of new memory at once: asked for one by one, as they are first written to, they cost
  /// twice as much.
  func populate(_ threads: ThreadPool) {
    #if os(Linux)
      guard case .pages = storage else { return }
      // The kernel's own name for it is younger than some headers.
      let populateForWriting: Int32 = 23
      threads.forRanges((byteCount + pageSize - 1) / pageSize, grain: 64) { pages in
        _ = madvise(start + pages.lowerBound * pageSize, pages.count * pageSize, populateForWriting)
      }
    #endif
  }

  /// Says that the bytes will be read now, so that those of a mapped file are brought in together.
  func prepareToRead(offset: Int, count: Int) {
    switch storage {
    case .borrowed(let owner):
      (owner as? MappedFile)?.prepareToRead(UnsafeRawBufferPointer(start: start + offset, count: count))
    case .misaligned(let copy): copy.source.prepareToRead(offset: copy.offset + offset, count: count)
    case .heap, .pages, .strings: break
    }
  }

  /// Says that bytes of a mapped file have been read and are not needed soon, so that they stop counting as memory of
  /// this process. They stay readable.
  public func discard(offset: Int, count: Int) {
    switch storage {
    case .borrowed(let owner):
      (owner as? MappedFile)?.discard(UnsafeRawBufferPointer(start: start + offset, count: count))
    case .misaligned(let copy): copy.source.discard(offset: copy.offset + offset, count: count)
    case .heap, .pages, .strings: break
    }
  }

  /// The model's file, if the bytes are read from there.
  var file: MappedFile? {
    switch storage {
    case .borrowed(let owner): seal == nil ? owner as? MappedFile : nil
    case .misaligned(let copy): copy.made == nil ? copy.source.file : nil
    case .heap, .pages, .strings: nil
    }
  }

  /// Whether the bytes have still to be compared with their checksum.
  var isUnchecked: Bool { seal.map { !$0.isChecked.load(ordering: .acquiring) } ?? false }

  /// Whether the bytes are those that the checksum was made of. They are read at the first call only.
  ///
  /// - Parameter threads: what may help.
  func isIntact(_ threads: ThreadPool?) -> Bool {
    guard isUnchecked, let seal else { return true }
    let bytes = UnsafeRawBufferPointer(start: start, count: byteCount)
    guard checksum(ofLarge: bytes, threads) == seal.checksum else { return false }
    seal.isChecked.store(true, ordering: .releasing)
    return true
  }

  deinit {
    switch storage {
    case .heap: free(start)
    case .pages: freePages(start, byteCount)
    case .strings(let count):
      start.assumingMemoryBound(to: String.self).deinitialize(count: count)
      free(start)
    case .borrowed, .misaligned: break
    }
  }

  private final class Seal: Sendable {
    let checksum: UInt64
    let isChecked = Atomic(false)

    init(checksum: UInt64) { self.checksum = checksum }
  }
}

/// The aligned copy of bytes of a file, once somebody has needed one.
private final class AlignedCopy: Sendable {
  let source: Buffer
  let offset: Int
  private let copy = Mutex<Buffer?>(nil)

  init(of source: Buffer, offset: Int) {
    self.source = source
    self.offset = offset
  }

  var made: Buffer? { copy.withLock(\.self) }

  func address(of buffer: Buffer) -> UnsafeMutableRawPointer {
    copy.withLock { copy in
      if let copy { return copy.start }
      // Without memory for a copy the bytes serve as they are, if more slowly.
      guard let new = try? Buffer(byteCount: buffer.byteCount) else { return buffer.start }
      new.start.copyMemory(from: buffer.start, byteCount: buffer.byteCount)
      source.discard(offset: offset, count: buffer.byteCount)
      copy = new
      return new.start
    }
  }
}

/// New pages. They are ordinary ones: large ones would save a hundredth of a run, but the system keeps whatever has been
/// used lately in small pieces, and whole large pages are often cold, which costs many times that at the start.
private func allocatePages(_ byteCount: Int) -> UnsafeMutableRawPointer? {
  let pages = mmap(nil, pageCount(byteCount), PROT_READ | PROT_WRITE, MAP_PRIVATE | anonymous, -1, 0)
  return pages == MAP_FAILED ? nil : pages
}

private func freePages(_ start: UnsafeMutableRawPointer, _ byteCount: Int) { munmap(start, pageCount(byteCount)) }

private let pageSize = max(1, Int(sysconf(Int32(_SC_PAGESIZE))))
private func pageCount(_ byteCount: Int) -> Int { byteCount.roundedUp(to: pageSize) }

#if canImport(Darwin)
  private let anonymous = MAP_ANON
#else
  private let anonymous = MAP_ANONYMOUS
#endif

/// What the runtime refuses to go beyond, whatever a file asks for.
public enum Limits {
  /// The greatest size of one tensor in memory, in bytes.
  public static let tensorBytes = 1 << 38
  /// The greatest number of dimensions of a tensor.
  public static let rank = 64
}
