package import Graph

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file that is written under a temporary name and takes its place when it is complete: nobody sees half of it, and
/// what stood there stays until then.
package final class AtomicFile {
  /// The path that the file will have.
  let path: String
  /// The number of bytes written so far.
  private(set) var byteCount = 0

  private let folder: String
  private let temporary: String
  private var descriptor: Int32
  /// Whether the temporary name is this file's.
  private var isTemporary = false
  /// What has still to be written, less than a chunk. The file is written in whole chunks: what one call writes a system
  /// may keep in one large page, in which the file is then mapped, and read, faster.
  private var pending: [UInt8] = []
  private static let chunkSize = 1 << 21

  /// Starts a file that will replace the one at a path, if there is one. A symbolic link there stays and the file behind
  /// it is replaced.
  ///
  /// - Throws: `unwritable` when no file can be made there, or when something other than a regular file is there.
  package init(replacing path: String) throws(Diagnostic) {
    self.path = try Self.resolve(path)
    folder = self.path.folder
    var existing = stat()
    let exists = stat(self.path, &existing) == 0
    guard !exists || existing.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable("\"\(path)\" is not a regular file")
    }
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    temporary = "\(folder)/.onramp-\(name).tmp"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(errno) }
    isTemporary = true
    if exists { fchmod(descriptor, existing.st_mode & 0o777) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if isTemporary { unlink(temporary) }
  }

  /// Where a file written to the path will lie: behind a symbolic link, if the path is one.
  static func resolve(_ path: String) throws(Diagnostic) -> String {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw .unwritable("\"\(path)\" names no file")
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let target = realpath(path, nil) else {
      throw .unwritable("\"\(path)\" cannot be written: \(String(cString: strerror(errno)))")
    }
    defer { free(target) }
    return String(cString: target)
  }

  package func append(_ bytes: [UInt8]) throws(Diagnostic) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in try append(UnsafeRawBufferPointer(bytes)) }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    byteCount += bytes.count
    var rest = bytes[...]
    func take(_ count: Int) -> UnsafeRawBufferPointer {
      defer { rest = rest.dropFirst(count) }
      return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }
    if !pending.isEmpty {
      pending.append(contentsOf: take(Self.chunkSize - pending.count))
      guard pending.count == Self.chunkSize else { return }
      try flush()
    }
    try write(take(rest.count / Self.chunkSize * Self.chunkSize))
    pending.append(contentsOf: take(rest.count))
  }

  func append(_ data: RawData) throws(Diagnostic) {
    try data.withUnsafeBytes { (bytes) throws(Diagnostic) in try append(bytes) }
  }

  /// Appends zeros up to an offset.
  package func pad(to offset: Int) throws(Diagnostic) {
    try append([UInt8](repeating: 0, count: max(offset - byteCount, 0)))
  }

  /// Brings everything to the disk.
  package func finish() throws(Diagnostic) {
    try flush()
    let synchronized = fsync(descriptor) == 0
    let code = errno
    let closed = close(descriptor) == 0
    descriptor = -1
    guard synchronized && closed else { throw failure(synchronized ? errno : code) }
  }

  /// Gives the finished file its name.
  package func replace() throws(Diagnostic) {
    guard rename(temporary, path) == 0 else { throw failure(errno) }
    isTemporary = false
    // The name itself survives a crash only once its folder is on the disk; not every file system can do this.
    let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    fsync(parent)
    close(parent)
  }

  private func flush() throws(Diagnostic) {
    defer { pending.removeAll(keepingCapacity: true) }
    // A copy of the reference only, which is not changed while it is written.
    let bytes = pending
    try bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in try write(UnsafeRawBufferPointer(bytes)) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // One call writes less than 2 GiB on every system.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let written = systemWrite(descriptor, piece.baseAddress, piece.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw failure(errno)
      }
      rest = rest.dropFirst(written)
    }
  }

  private func failure(_ code: Int32) -> Diagnostic {
    .unwritable("\"\(path)\" cannot be written: \(String(cString: strerror(code)))")
  }
}

// Inside the class the name `write` means the method.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

extension String {
  /// The folder part of a path, `.` when it has none.
  var folder: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last part of a path.
  var fileName: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }
}
