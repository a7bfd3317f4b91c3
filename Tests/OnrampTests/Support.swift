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

/// A model under construction: nodes in order, and constants.
struct ModelBuilder {
  var nodes: [NodeProto] = []
  var constants: [TensorProto] = []
  var inputs: [(String, ElementType, TensorShapeProto?)] = []
  var count = 0

  mutating func add(_ op: String, _ input: [String], _ attributes: [AttributeProto] = [], output: String? = nil)
    -> String
  {
    count += 1
    let name = output ?? "v\(count)"
    nodes.append(NodeProto(op, input: input, output: [name], attribute: attributes))
    return name
  }
  mutating func floats(_ shape: [Int], _ value: (Int) -> Float) throws -> String {
    count += 1
    constants.append(
      TensorProto(name: "c\(count)", tensor: try Tensor((0..<shape.reduce(1, *)).map(value), shape: shape)))
    return "c\(count)"
  }
  mutating func integers(_ values: [Int64], scalar: Bool = false) throws -> String {
    count += 1
    constants.append(
      TensorProto(name: "c\(count)", tensor: try Tensor(values, shape: scalar ? [] : [values.count])))
    return "c\(count)"
  }
  mutating func reshape(_ x: String, _ shape: [Int64]) throws -> String {
    add("Reshape", [x, try integers(shape)])
  }
  mutating func transpose(_ x: String, _ perm: [Int]) -> String {
    add("Transpose", [x], [AttributeProto("perm", ints: perm)])
  }
  mutating func project(_ x: String, _ rows: Int, _ columns: Int) throws -> String {
    let weights = try floats([rows, columns]) { Float(($0 * 7) % 13) * 0.1 - 0.6 }
    let bias = try floats([columns]) { Float($0 % 5) * 0.1 }
    return add("Add", [add("MatMul", [x, weights]), bias])
  }
  mutating func softmax(_ x: String, axis: Int = -1) -> String {
    add("Softmax", [x], [AttributeProto("axis", i: axis)])
  }
  /// x · cosines + (-x's second half beside its first) · sines.
  mutating func rotated(_ x: String, _ cosines: String, _ sines: String, half: Int64) throws -> String {
    func cut(_ from: Int64, _ to: Int64) throws -> String {
      add("Slice", [x, try integers([from]), try integers([to]), try integers([-1])])
    }
    let turned = add("Concat", [add("Neg", [try cut(half, .max)]), try cut(0, half)], [AttributeProto("axis", i: -1)])
    return add("Add", [add("Mul", [x, cosines]), add("Mul", [turned, sines])])
  }
  func model(outputs: [String], opset: Int = 23) -> OnnxModel {
    OnrampTests.model(nodes, inputs: inputs, outputs: outputs, initializers: constants, opset: opset)
  }
}

func floats(_ values: [Float], _ shape: [Int]) throws -> RuntimeValue { .tensor(try Tensor(values, shape: shape)) }

/// Runs a model compiled and by the reference path on made-up inputs, and expects equal outputs.
///
/// - Returns: the kernels that the compiled model calls.
func kernelsThatAgree(
  _ model: OnnxModel, seed: UInt64, within error: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [any Kernel] {
  let fast = try Session(model, threads: 2)
  let plain = try Session(model, threads: 1, options: .init(reference: true))
  var random = RandomInputs(seed: seed)
  let values = try random.values(for: fast.inputs, dimensions: [:])
  for (a, b) in zip(try fast.run(values), try plain.run(values)) {
    let difference = Tolerance(relative: error, absolute: error).difference(a, b)
    #expect(difference == nil, sourceLocation: sourceLocation)
  }
  return try fast.prepare(values.map { $0.tensor?.spec }).program.instructions.map(\.kernel)
}
