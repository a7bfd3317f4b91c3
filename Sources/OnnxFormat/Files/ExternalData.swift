public import Graph
internal import KernelRuntime
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The files beside a model that hold its tensors' external data. Each is mapped once, when it is first asked for.
///
/// A model says which files those are, and models are not trusted: only regular files inside the model's folder are
/// opened, through no symbolic link, and none that has a second name elsewhere. What is checked is the file that has been
/// opened, not its path, so nobody can exchange it in between.
public final class ExternalData: Sendable {
  private let folder: Int32
  private let files = Mutex<[String: MappedFile]>([:])

  /// The files inside a folder. A folder that cannot be opened is reported when a file is asked for.
  public init(folder path: String) {
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  deinit {
    if folder >= 0 { close(folder) }
  }

  /// The stored bytes of a tensor whose data is external.
  ///
  /// - Throws: `externalData` when the tensor does not say where they are, when they are where they may not be, or when
  ///   the file is too short.
  public func data(of tensor: TensorProto) throws(Diagnostic) -> RawData {
    func entry(_ key: String) -> String? { tensor.externalData.first { $0.key == key }?.value }
    func number(_ key: String) throws(Diagnostic) -> Int? {
      guard let text = entry(key) else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw .externalData("\(tensor.title) has external data with \(key) \"\(text)\", which is no size")
      }
      return number
    }
    guard let location = entry("location") else {
      throw .externalData("\(tensor.title) has external data, but no location for it")
    }
    let file: MappedFile
    do { file = try self.file(at: location) } catch {
      throw .externalData(
        "\(tensor.title) has external data in \"\(location)\", which cannot be used: \(error.description)",
        help: "external data must lie in regular files inside the model's folder, without links")
    }
    let offset = try number("offset") ?? 0
    let rest = max(file.bytes.count - offset, 0)
    // Without a length the data is as long as the tensor needs, or all that is left when that is unknown.
    let count = try number("length") ?? min(tensor.storedByteCount ?? rest, rest)
    guard let buffer = file.buffer(offset: 0, count: file.bytes.count),
      let data = RawData(buffer, offset: offset, count: count)
    else {
      throw .externalData(
        "\(tensor.title) has external data at bytes \(offset) to \(offset &+ count) of \"\(location)\", "
          + "which has only \(file.bytes.count)",
        help: "the file may not have been copied whole")
    }
    return data
  }

  private func file(at location: String) throws(KernelError) -> MappedFile {
    try files.withLock { (files) throws(KernelError) -> MappedFile in
      if let file = files[location] { return file }
      let file = try openFile(location)
      files[location] = file
      return file
    }
  }

  /// Opens a path component by component, each relative to the folder opened before.
  private func openFile(_ location: String) throws(KernelError) -> MappedFile {
    guard folder >= 0 else { throw .invalid("the model's folder cannot be opened") }
    guard !location.utf8.contains(0) else { throw .invalid("the path contains a zero byte") }
    guard !location.hasPrefix("/") else { throw .invalid("the path is absolute") }
    let components = location.split(separator: "/").filter { $0 != "." }
    guard let last = components.last else { throw .invalid("the path names no file") }
    guard !components.contains("..") else { throw .invalid("the path leaves the folder") }

    var parent = folder
    defer { if parent != folder { close(parent) } }
    for component in components.dropLast() {
      let next = openat(parent, String(component), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard next >= 0 else { throw .invalid(reason(errno)) }
      if parent != folder { close(parent) }
      parent = next
    }
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    let descriptor = openat(parent, String(last), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .invalid(reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .invalid(reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .invalid("not a regular file") }
    guard status.st_nlink == 1 else { throw .invalid("the file has several names (hard links)") }
    return try MappedFile(descriptor: descriptor)
  }

  private func reason(_ code: Int32) -> String {
    // What O_NOFOLLOW gives for a symbolic link; its own text speaks of levels of links.
    code == ELOOP ? "the path goes through a symbolic link" : String(cString: strerror(code))
  }
}
