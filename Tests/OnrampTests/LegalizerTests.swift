import Onramp
import Testing

@Suite struct LegalizerTests {
  func pool(outputs: [String]) -> OnnxModel {
    model(
      [
        NodeProto(
          "MaxPool", input: ["x"], output: ["y", "i"],
          attribute: [AttributeProto("kernel_shape", ints: [2, 2]), AttributeProto("strides", ints: [2, 2])])
      ],
      inputs: [("x", .float, TensorShapeProto([.param("N"), .value(1), .value(4), .value(4)]))], outputs: outputs)
  }

  func operators(_ model: OnnxModel) -> [String] {
    model.graph.allNodes().map { model.graph[$0].op.description }.sorted()
  }

  @Test func bothResultsBecomeTwoNodes() throws {
    var model = pool(outputs: ["y", "i"])
    let rewrites = try model.legalize(for: .onramp)
    #expect(operators(model) == ["MaxPool", "onramp.MaxPoolIndices"])
    #expect(rewrites.map(\.rule) == ["SplitResults"])
  }

  @Test func deadIndicesVanish() throws {
    var model = pool(outputs: ["y"])
    try model.legalize(for: .onramp)
    #expect(operators(model) == ["MaxPool"])
    #expect(model.graph[model.graph.allNodes()[0]].results.count == 1)
  }

  @Test func indicesAlone() throws {
    var model = pool(outputs: ["i"])
    try model.legalize(for: .onramp)
    #expect(operators(model) == ["onramp.MaxPoolIndices"])
  }

  @Test func halvesOfOneCallRunAsOneKernelCall() throws {
    let session = try Session(pool(outputs: ["y", "i"]), threads: 1)
    let executor = try session.prepare([TensorSpec(.float, [2, 1, 4, 4])])
    #expect(executor.program.instructions.count == 1)
    #expect(executor.program.instructions[0].results.count { $0 != nil } == 2)
  }

  @Test func portableHasOnlyTheStandardsOperators() throws {
    var model = pool(outputs: ["y", "i"])
    try model.legalize(for: .portable)
    for node in model.graph.allNodes() {
      #expect(model.graph[node].op.domain == "")
      #expect(model.graph[node].results.count == 1)
    }
  }

  @Test func whatCannotBeSaidIsNamed() throws {
    var top = model(
      [NodeProto("TopK", name: "best", input: ["x", "k"], output: ["values", "indices"])],
      inputs: [("x", .float, TensorShapeProto([8]))], outputs: ["values", "indices"],
      initializers: [TensorProto(name: "k", tensor: try Tensor([Int64(3)], shape: [1]))])
    let error = #expect(throws: LegalizationError.self) { try top.legalize(for: .portable) }
    let diagnostics = try #require(error?.diagnostics)
    #expect(diagnostics.count == 2)
    #expect(diagnostics.allSatisfy { $0.code == .illegal && $0.place?.name == "best" && $0.help != nil })
  }

  /// Replaces a Relu by a Relu, for ever.
  enum Circle: RewriteRule {
    static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
      let value = try graph.build(before: node) { (builder) throws(Diagnostic) in
        try builder.addNode(OperatorName("Relu"), builder.operands, results: [""])[0]
      }
      graph.replaceUses(of: graph[node].results[0], with: value)
      graph.remove(node)
      return true
    }
  }

  @Test func aCircleOfRulesIsAnError() throws {
    var graph = model([NodeProto("Relu", input: ["x"], output: ["y"])], inputs: [("x", .float, [4])], outputs: ["y"])
      .graph
    let target = ConversionTarget(name: "circle", rules: [Circle.self]) { _, _ in .illegal(reason: "never") }
    let error = #expect(throws: LegalizationError.self) { try Legalizer(target).legalize(&graph) }
    #expect(error?.diagnostics.first?.message.contains("does not come to an end") == true)
  }
}

extension TensorShapeProto: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}
