import Foundation
import Onramp
import Testing

/// The package's folder.
let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// The fixtures' folders, each with a model and its test data.
let fixtures =
  ((try? FileManager.default.contentsOfDirectory(atPath: "\(packageFolder)/Fixtures")) ?? [])
  .filter { FileManager.default.fileExists(atPath: "\(packageFolder)/Fixtures/\($0)/model.onnx") }.sorted()

func fixture(_ name: String) throws -> OnnxModel { try OnnxModel(path: "\(packageFolder)/Fixtures/\(name)/model.onnx") }

/// A model of one float input "x" and the given nodes.
func model(
  _ nodes: [NodeProto], inputs: [(String, ElementType, TensorShapeProto?)], outputs: [String],
  initializers: [TensorProto] = [], opset: Int = 21
) -> OnnxModel {
  let graph = GraphProto(
    name: "test", node: nodes,
    input: inputs.map { ValueInfoProto(name: $0.0, type: .tensor($0.1, $0.2)) },
    output: outputs.map { ValueInfoProto(name: $0) }, initializer: initializers)
  return OnnxModel(Model(graph: graph, opsetImport: [OperatorSetIdProto(version: opset)], irVersion: 10))
}

func floats(_ values: [Float], _ shape: [Int]) throws -> RuntimeValue { .tensor(try Tensor(values, shape: shape)) }
