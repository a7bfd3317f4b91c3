import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

/// Driven by tools/roundtrip.py, which compares the copies.
@Suite struct RoundTripTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ONRAMP_ROUNDTRIP_DIR"] != nil))
  func copiesFolder() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["ONRAMP_ROUNDTRIP_DIR"])
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/in").sorted() {
      let (source, target) = (folder + "/in/" + name, folder + "/out/" + name)
      let parts = name.split(separator: ".")
      do {
        switch parts[parts.count - 2] {
        case "model": try Model.open(path: source).write(to: target)
        case "tensor": try ValueFile.write(ValueFile.read(path: source, as: .tensor), to: target)
        case "sequence": try ValueFile.write(ValueFile.read(path: source, as: .sequence), to: target)
        case "optional": try ValueFile.write(ValueFile.read(path: source, as: .optional), to: target)
        case "array": try Npy.write(Npy.read(path: source), to: target)
        case "map": try ValueFile.write(ValueFile.read(path: source, as: .map), to: target)
        default: Issue.record("\(name) is of an unknown kind")
        }
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }
}
