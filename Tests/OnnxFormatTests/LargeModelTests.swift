import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

/// Takes 6 GB of disk; run by hand, with a folder in ONRAMP_LARGE_DIR. Two models are left there for other readers.
@Suite struct LargeModelTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ONRAMP_LARGE_DIR"] != nil))
  func modelsBeyondTwoGibibytes() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["ONRAMP_LARGE_DIR"])
    // A file full of holes serves as the weights.
    let count = 5 << 27
    let weights = folder + "/weights"
    #expect(FileManager.default.createFile(atPath: weights, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: weights))
    try handle.truncate(atOffset: UInt64(count * 4))
    try handle.seek(toOffset: UInt64(count * 4 - 4))
    try handle.write(contentsOf: withUnsafeBytes(of: Float(7)) { Data($0) })
    try handle.close()
    let file = try MappedFile(path: weights)
    let buffer = try #require(file.buffer(offset: 0, count: count * 4))
    let tensor = try Tensor(TensorSpec(.float, [count]), buffer: buffer)
    let model = Model(
      graph: GraphProto(
        name: "large", node: [NodeProto("Gather", input: ["w", "i"], output: ["y"])],
        input: [ValueInfoProto(name: "i", type: .tensor(.int64, TensorShapeProto([1])))],
        output: [ValueInfoProto(name: "y", type: .tensor(.float, TensorShapeProto([1])))],
        initializer: [TensorProto(name: "w", tensor: tensor)]),
      opsetImport: [OperatorSetIdProto(version: 20)], irVersion: 10)

    for (name, placement) in [("inline", Model.WriteOptions.TensorPlacement.inline), ("split", .automatic)] {
      let path = "\(folder)/\(name).onnx"
      try model.write(to: path, options: .init(placement: placement))
      let clock = ContinuousClock()
      var copy = Model()
      let time = try clock.measure { copy = try Model.open(path: path) }
      print("\(name): opened in \(time)")
      let initializer = try #require(copy.graph?.initializer.first)
      #expect(initializer.isExternal == (name == "split"))
      let elements = try initializer.tensor(external: copy.externalData)
      #expect(elements.count == count)
      #expect(elements.withElements(as: Float.self) { $0.last } == 7)
    }
    #expect(try FileManager.default.attributesOfItem(atPath: folder + "/inline.onnx")[.size] as? Int ?? 0 > 5 << 29)
  }
}
