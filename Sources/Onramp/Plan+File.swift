import Graph
import KernelRuntime
import OnnxFormat

extension Plan {
  /// Whether the file at a path starts as plans do; false also when it cannot be read.
  public static func isPlan(path: String) -> Bool { (try? MappedFile(path: path)).map(isPlan) ?? false }

  /// Writes the plan to a file, whole or not at all.
  public func write(to path: String) throws(Diagnostic) {
    let (head, tensors): ([UInt8], [(offset: Int, tensor: Tensor)])
    do throws(KernelError) {
      (head, tensors) = try encoded()
    } catch {
      throw Diagnostic(error)
    }
    let file = try AtomicFile(replacing: path)
    try file.append(head)
    for (offset, tensor) in tensors {
      try file.pad(to: offset)
      try file.append(tensor.storedBytes)
    }
    try file.finish()
    try file.replace()
  }
}

extension Diagnostic.Code {
  /// A file is no compiled plan that this release can run here.
  public static let plan = Self("plan")
}
