import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct ModelTests {
  @Test func keepsEverything() throws {
    let model = try sampleModel()
    let bytes = try model.encoded()
    let copy = try Model.read(bytes)
    #expect(copy.graph == model.graph)
    #expect(copy.functions == model.functions)
    #expect(copy.opsetImport == model.opsetImport)
    #expect(copy.trainingInfo == model.trainingInfo)
    #expect(copy.configuration == model.configuration)
    #expect(copy.metadataProps == model.metadataProps)
    #expect(copy.unknownFields == model.unknownFields)
    #expect(copy.modelVersion == 0)
    #expect(copy.domain == nil)
    #expect(copy.graph?.docString == "")
    #expect(try copy.encoded() == bytes)
  }

  @Test func keepsUnknownFieldsOfEveryWireType() throws {
    let unknown =
      Wire.number(500, 300) + Wire.varint(501 << 3 | 1) + [1, 2, 3, 4, 5, 6, 7, 8] + Wire.text(502, "text")
      + Wire.varint(503 << 3 | 5) + [1, 2, 3, 4]
    let tensor = Wire.number(2, 2) + Wire.bytes(9, [1, 2, 3]) + unknown
    let bytes = Wire.number(1, 8) + Wire.bytes(7, Wire.bytes(5, tensor) + unknown) + unknown
    let model = try Model.read(bytes)
    #expect(model.unknownFields.map(\.number) == [500, 501, 502, 503])
    #expect(try model.encoded() == bytes)
  }

  @Test func viewsRawDataOfTheFile() throws {
    let folder = try TemporaryFolder()
    try sampleModel().write(to: folder.file("m.onnx"))
    let model = try Model.open(path: folder.file("m.onnx"))
    let initializer = try #require(model.graph?.initializer.first)
    #expect(initializer.rawData?.buffer.byteCount == (try folder.read("m.onnx").count))
    #expect(try initializer.tensor().doubles == (0..<12).map { Double($0) / 4 })
  }

  @Test func negativeEnumerationsAndNumbersSurvive() throws {
    var attribute = AttributeProto("a", i: -1)
    attribute.type = AttributeProto.AttributeType(rawValue: -5)
    var tensor = TensorProto()
    tensor.dataType = -7
    tensor.dims = [-1, .max]
    tensor.dataLocation = TensorProto.DataLocation(rawValue: 9)
    let graph = GraphProto(
      name: "", node: [NodeProto("A", input: [], output: [], attribute: [attribute])], initializer: [tensor])
    let copy = try Model.read(Model(graph: graph, opsetImport: [], irVersion: -3).encoded())
    #expect(copy.graph == graph)
    #expect(copy.irVersion == -3)
  }

  @Test func writesAtomically() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "m.onnx")
    var model = try sampleModel()
    // External data that cannot be found makes the writing fail.
    model.graph?.initializer[0].dataLocation = .external
    model.graph?.initializer[0].externalData = [StringStringEntryProto(key: "location", value: "none")]
    model.externalData = ExternalData(folder: folder.path)
    #expect(code { try model.write(to: folder.file("m.onnx")) } == .externalData)
    #expect(try folder.names == ["m.onnx"])
    #expect(try folder.read("m.onnx") == [1, 2, 3])
    try sampleModel().write(to: folder.file("m.onnx"))
    #expect(try folder.names == ["m.onnx"])
    #expect(try folder.read("m.onnx") == sampleModel().encoded())
  }

  @Test func refusesTargetsThatAreNoFiles() throws {
    let folder = try TemporaryFolder()
    let model = try sampleModel()
    #expect(code { try model.write(to: folder.path) } == .unwritable)
    #expect(code { try model.write(to: folder.file("none/m.onnx")) } == .unwritable)
    #expect(code { try model.write(to: "/dev/null") } == .unwritable)
    #expect(code { try model.write(to: "") } == .unwritable)
  }

  @Test func writesThroughASymbolicLink() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "real.onnx")
    try FileManager.default.createSymbolicLink(atPath: folder.file("m.onnx"), withDestinationPath: "real.onnx")
    try sampleModel().write(to: folder.file("m.onnx"))
    #expect(try folder.read("real.onnx") == sampleModel().encoded())
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("m.onnx")) == "real.onnx")
  }

  @Test func externalDataMovesWithTheModel() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    let model = try sampleModel()
    try model.write(to: first.file("m.onnx"), options: .init(placement: .external(threshold: 48)))
    #expect(try first.names == ["m.onnx", "m.onnx.data"])
    let opened = try Model.open(path: first.file("m.onnx"))
    let external = try #require(opened.graph?.initializer.first)
    #expect(external.isExternal)
    #expect(external.rawData == nil)
    #expect(try external.tensor(external: opened.externalData).doubles == (0..<12).map { Double($0) / 4 })
    #expect(code { _ = try external.tensor() } == .externalData)

    try opened.write(to: second.file("n.onnx"))
    #expect(try second.names == ["n.onnx", "n.onnx.data"])
    try opened.write(to: second.file("inline.onnx"), options: .init(placement: .inline))
    let inline = try Model.open(path: second.file("inline.onnx"))
    #expect(inline.graph == model.graph)
    // A model may be written over itself.
    try opened.write(to: first.file("m.onnx"), options: .init(placement: .inline))
    #expect(try Model.open(path: first.file("m.onnx")).graph == model.graph)
  }

  @Test func refusesToWriteWhatReadersRefuse() throws {
    var graph = GraphProto(name: "0", node: [])
    for _ in 0..<40 {
      graph = GraphProto(
        name: "g", node: [NodeProto("If", input: [], output: [], attribute: [AttributeProto("then_branch", g: graph)])])
    }
    let model = Model(graph: graph, opsetImport: [], irVersion: 8)
    #expect(code { _ = try model.encoded() } == .limit)
  }
}
