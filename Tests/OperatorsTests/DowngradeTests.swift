import Graph
import KernelRuntime
import Operators
import Testing

/// What nodes become in older operator sets. That the numbers stay `tools/check-opsets` shows; here is what is refused,
/// and what goes without saying.
@Suite struct DowngradeTests {
  /// A graph of one node of the newest version; inputs named in `integers` are constants.
  func graph(
    _ op: String, _ inputs: [TensorType], _ attributes: [String: AttributeValue] = [:], integers: [Int: [Int]] = [:]
  ) throws -> Graph {
    var graph = Graph(name: "g")
    var operands: [ValueID?] = []
    for (i, type) in inputs.enumerated() {
      if let elements = integers[i] {
        operands.append(graph.addConstant(try Tensor(elements.map { Int64($0) }, shape: [elements.count])))
      } else {
        operands.append(graph.addInput("x\(i)", .tensor(type)))
      }
    }
    let node = graph.addNode(
      OperatorName(op), operands, attributes, results: ["y"], provenance: Provenance(graph: "g", name: "n"))
    try Inference.infer(node, in: &graph)
    graph.addOutput("y", graph[node].results[0])
    return graph
  }

  func operators(_ graph: Graph, _ opset: Int) throws -> [String] {
    try Exporter.model(of: graph, opset: opset).graph?.node.map { $0.opType ?? "" } ?? []
  }

  @Test func anAttributeThatSaysTheUsualIsDropped() throws {
    let usual = try graph("Cast", [TensorType(.float, [2])], ["to": .int(7), "saturate": .int(1)])
    let model = try Exporter.model(of: usual, opset: 13)
    #expect(model.graph?.node.first?.attribute.map { $0.name } == ["to"])
    let unusual = try graph("Cast", [TensorType(.float, [2])], ["to": .int(7), "saturate": .int(0)])
    #expect(throws: Diagnostic.self) { try Exporter.model(of: unusual, opset: 13) }
    #expect(throws: Never.self) { try Exporter.model(of: unusual, opset: 19) }
  }

  @Test func whatTheModelComputesIsNoAttribute() throws {
    let types = [TensorType(.float, [2, 3]), TensorType(.int64, [1])]
    let known = try graph("ReduceMax", types, integers: [1: [1]])
    #expect(try operators(known, 13) == ["ReduceMax"])
    let computed = try graph("ReduceMax", types)
    #expect(try operators(computed, 18) == ["ReduceMax"])
    do throws(Diagnostic) {
      _ = try Exporter.model(of: computed, opset: 13)
      Issue.record("an attribute was made of an input")
    } catch {
      #expect(error.code == .unsupported && error.place?.name == "n")
    }
  }

  @Test func aNewOperatorIsSaidWithOldOnes() throws {
    let x = TensorType(.float, [2, 3])
    #expect(try operators(graph("Mish", [x]), 18) == ["Mish"])
    #expect(try operators(graph("Mish", [x]), 17) == ["Softplus", "Tanh", "Mul"])
    // A part of one that is itself too new goes further down.
    #expect(try operators(graph("GreaterOrEqual", [x, x]), 11) == ["Greater", "Equal", "Or"])
    #expect(try operators(graph("HardSwish", [x]), 13) == ["HardSigmoid", "Mul"])
    #expect(throws: Diagnostic.self) { try operators(graph("BitwiseNot", [TensorType(.int32, [2])]), 17) }
  }

  @Test func modesThatAreMissingAreRefused() throws {
    let padded = try graph(
      "Pad", [TensorType(.float, [4]), TensorType(.int64, [2])], ["mode": .string("wrap")], integers: [1: [1, 1]])
    #expect(try operators(padded, 19) == ["Pad"])
    #expect(throws: Diagnostic.self) { try operators(padded, 18) }
    let scattered = try graph(
      "ScatterElements", [TensorType(.float, [4]), TensorType(.int64, [1]), TensorType(.float, [1])],
      ["reduction": .string("max")], integers: [1: [2]])
    #expect(try operators(scattered, 18) == ["ScatterElements"])
    #expect(throws: Diagnostic.self) { try operators(scattered, 16) }
  }
}
