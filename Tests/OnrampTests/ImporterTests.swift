import Foundation
import Onramp
import Testing

@Suite struct ImporterTests {
  func codes(_ model: OnnxModel) -> [Diagnostic.Code] { model.diagnostics.map(\.code) }

  @Test func everyErrorIsFoundInOneGo() {
    let broken = model(
      [
        NodeProto("Relu", input: ["x", "x"], output: ["a"]),
        NodeProto("Nonsense", input: ["x"], output: ["b"]),
        NodeProto("Softmax", input: ["x"], output: ["c"], attribute: [AttributeProto("axes", i: 1)]),
        NodeProto("Add", input: ["x", "n"], output: ["d"]),
        NodeProto("Relu", input: ["missing"], output: ["e"]),
      ], inputs: [("x", .float, [2, 3]), ("n", .int64, [3])], outputs: ["a", "b", "c", "d", "e"])
    #expect(codes(broken) == [.arity, .unknownOperator, .attribute, .type, .malformed])
    #expect(broken.diagnostics.allSatisfy { $0.place?.operatorName.isEmpty == false })
  }

  @Test func nodesAreCheckedAgainstTheirOwnVersion() {
    // Clip took its bounds as attributes before version 11 and as inputs from then on.
    let node = NodeProto("Clip", input: ["x"], output: ["y"], attribute: [AttributeProto("min", f: 0)])
    let input: [(String, ElementType, TensorShapeProto?)] = [("x", .float, [2])]
    #expect(model([node], inputs: input, outputs: ["y"], opset: 10).isValid)
    #expect(codes(model([node], inputs: input, outputs: ["y"], opset: 13)) == [.attribute])
  }

  @Test func shapesAreFollowedThroughArithmetic() throws {
    let two = TensorProto(name: "two", tensor: try Tensor([Int64(2)], shape: [1]))
    let rest = TensorProto(name: "rest", tensor: try Tensor([Int64(-1)], shape: [1]))
    let one = TensorProto(name: "one", tensor: try Tensor(scalar: Int64(1)))
    let reshaped = model(
      [
        NodeProto("Shape", input: ["x"], output: ["shape"]),
        NodeProto("Gather", input: ["shape", "one"], output: ["width"]),
        NodeProto("Mul", input: ["width", "two"], output: ["double"]),
        NodeProto("Concat", input: ["rest", "double"], output: ["target"], attribute: [AttributeProto("axis", i: 0)]),
        NodeProto("Reshape", input: ["x", "target"], output: ["y"]),
      ], inputs: [("x", .float, TensorShapeProto([.value(8), .param("W")]))], outputs: ["y"],
      initializers: [two, rest, one])
    #expect(reshaped.isValid, "\(reshaped.diagnostics)")
    let graph = reshaped.graph
    #expect(graph[graph[graph.main].outputs[0].value].type?.description == "float[4, 2*W]")
  }

  @Test func aFunctionThatCallsItselfIsAnError() {
    let f = FunctionProto(
      name: "f", domain: "d", input: ["a"], output: ["b"],
      node: [NodeProto("f", domain: "d", input: ["a"], output: ["b"])], opsetImport: [OperatorSetIdProto(version: 21)])
    let graph = GraphProto(
      name: "g", node: [NodeProto("f", domain: "d", input: ["x"], output: ["y"])],
      input: [ValueInfoProto(name: "x", type: .tensor(.float, [1]))], output: [ValueInfoProto(name: "y")])
    let endless = OnnxModel(
      Model(
        graph: graph, opsetImport: [OperatorSetIdProto(version: 21), OperatorSetIdProto(domain: "d", version: 1)],
        irVersion: 10, functions: [f]))
    #expect(codes(endless).contains(.limit))
  }

  /// Damaged models must be refused or understood, never trap: truncated and with bytes changed.
  @Test(arguments: fixtures) func damagedModelsDoNoHarm(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(packageFolder)/Fixtures/\(name)/model.onnx")))
    let seed = UInt64(ProcessInfo.processInfo.environment["ONRAMP_FUZZ_SEED"] ?? "") ?? 20_260_101
    let rounds = Int(ProcessInfo.processInfo.environment["ONRAMP_FUZZ_ROUNDS"] ?? "") ?? 60
    var state = seed
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(bound, 1)
    }
    var understood = 0
    for _ in 0..<rounds {
      var damaged = bytes
      // The graph's description lies at both ends of the file, the weights between; damage where it tells.
      for _ in 0..<1 + draw(4) {
        damaged[draw(2) == 0 ? draw(min(2000, bytes.count)) : draw(bytes.count)] = UInt8(draw(256))
      }
      if draw(8) == 0 { damaged.removeLast(draw(damaged.count)) }
      guard let document = try? Model.read(damaged) else { continue }
      var model = OnnxModel(document)
      guard model.isValid else { continue }
      understood += 1
      _ = try? model.legalize(for: .portable)
      _ = try? Exporter.model(of: model.graph)
    }
    print("\(name): \(understood) of \(rounds) damaged models were understood; ONRAMP_FUZZ_SEED=\(seed)")
  }
}
