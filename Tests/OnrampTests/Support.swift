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

/// Runs a model compiled and by the reference path on made-up inputs, and expects equal outputs.
///
/// - Returns: the kernels that the compiled model calls.
func kernelsThatAgree(
  _ model: OnnxModel, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [any Kernel] {
  let fast = try Session(model, threads: 2)
  let plain = try Session(model, threads: 1, options: .init(reference: true))
  var random = RandomInputs(seed: seed)
  let values = try random.values(for: fast.inputs, dimensions: [:])
  for (a, b) in zip(try fast.run(values), try plain.run(values)) {
    let difference = Tolerance(relative: 1e-5, absolute: 1e-5).difference(a, b)
    #expect(difference == nil, sourceLocation: sourceLocation)
  }
  return try fast.prepare(values.map { $0.tensor?.spec }).program.instructions.map(\.kernel)
}
