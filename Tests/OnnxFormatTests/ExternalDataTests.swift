import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct ExternalDataTests {
  private func tensor(_ entries: (String, String)...) -> TensorProto {
    var tensor = TensorProto()
    tensor.name = "w"
    tensor.elementType = .float
    tensor.dims = [2]
    tensor.dataLocation = .external
    tensor.externalData = entries.map { StringStringEntryProto(key: $0.0, value: $0.1) }
    return tensor
  }

  private let eight: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64]

  @Test func readsFromTheFolder() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("sub"), withIntermediateDirectories: true)
    try folder.write([9, 9, 9, 9] + eight + [9], to: "sub/w.bin")
    try folder.write(eight, to: "w.bin")
    let data = ExternalData(folder: folder.path)
    for entries in [
      tensor(("location", "w.bin")), tensor(("location", "./w.bin"), ("length", "8")),
      tensor(("location", "sub/w.bin"), ("offset", "4"), ("length", "8"), ("checksum", "0")),
      tensor(("location", "sub//w.bin"), ("offset", "4")),
    ] {
      #expect(try entries.tensor(external: data).elements() == [Float(1), 2])
    }
    let first = try data.data(of: tensor(("location", "w.bin")))
    let again = try data.data(of: tensor(("location", "w.bin")))
    #expect(first.buffer.address == again.buffer.address)
  }

  @Test func isContained() throws {
    let outside = try TemporaryFolder()
    try outside.write(eight, to: "w.bin")
    try outside.write(eight, to: "hard.bin")
    let folder = try TemporaryFolder()
    try folder.write(eight, to: "inside.bin")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.file("link.bin"), withDestinationPath: outside.file("w.bin"))
    try files.createSymbolicLink(atPath: folder.file("inner.bin"), withDestinationPath: "inside.bin")
    try files.createSymbolicLink(atPath: folder.file("sub"), withDestinationPath: outside.path)
    try files.linkItem(atPath: outside.file("hard.bin"), toPath: folder.file("hard.bin"))
    try files.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: true)
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    let data = ExternalData(folder: folder.path)
    for location in [
      "link.bin", "inner.bin", "sub/w.bin", "hard.bin", "folder", "pipe", outside.file("w.bin"), "/dev/zero",
      "../\(outside.path.split(separator: "/").last ?? "")/w.bin", "folder/../inside.bin", "..", ".", "", "/",
      "inside.bin\0.bin", "inside.bin/x", "none.bin", String(repeating: "x", count: 5000),
    ] {
      #expect(code { _ = try data.data(of: tensor(("location", location))) } == .externalData, "\(location)")
    }
    #expect(code { _ = try ExternalData(folder: "/none").data(of: tensor(("location", "w"))) } == .externalData)
  }

  @Test func checksOffsetsAndLengths() throws {
    let folder = try TemporaryFolder()
    try folder.write(eight, to: "w.bin")
    try folder.write([], to: "empty.bin")
    let data = ExternalData(folder: folder.path)
    for (offset, length) in [
      ("1", "8"), ("9", "0"), ("0", "9"), ("-1", "8"), ("0", "-8"), ("x", "8"), ("0", ""), ("0x0", "8"),
      ("\(Int.max)", "8"), ("8", "\(Int.max)"), ("\(Int.max)", "\(Int.max)"), ("99999999999999999999", "8"),
    ] {
      let entries = tensor(("location", "w.bin"), ("offset", offset), ("length", length))
      #expect(code { _ = try entries.tensor(external: data) } == .externalData, "\(offset) \(length)")
    }
    let short = tensor(("location", "w.bin"), ("length", "4"))
    #expect(code { _ = try short.tensor(external: data) } == .malformed)
    let tail = tensor(("location", "w.bin"), ("offset", "4"))
    #expect(code { _ = try tail.tensor(external: data) } == .malformed)
    #expect(code { _ = try tensor().tensor(external: data) } == .externalData)
    var nothing = tensor(("location", "empty.bin"), ("offset", "0"), ("length", "0"))
    nothing.dims = [0]
    #expect(try nothing.tensor(external: data).count == 0)
  }
}
