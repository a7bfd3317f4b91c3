import Onramp
import Testing

/// Gradients by differentiation against differences of the model's own results.
@Suite struct GradientTests {
  /// A function of some inputs: nodes that give "y".
  struct Function: CustomTestStringConvertible, Sendable {
    var name: String
    var shapes: [[Int]]
    var nodes: [NodeProto]
    var integers: [String: [Int64]] = [:]
    /// Where inputs are drawn from.
    var range: ClosedRange<Double> = 0.2...1.5

    var testDescription: String { name }
  }

  private static func node(
    _ op: String, _ input: String..., output: String = "y", with attribute: [AttributeProto] = []
  ) -> NodeProto {
    NodeProto(op, input: input, output: [output], attribute: attribute)
  }

  private static let unary: [Function] = [
    "Abs", "Cos", "Erf", "Exp", "LeakyRelu", "Log", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sin", "Softplus", "Sqrt",
    "Tanh", "Softmax", "LogSoftmax", "Transpose", "Identity",
  ].map { op in Function(name: op, shapes: [[2, 3]], nodes: [node(op, "a")]) }

  private static let broadcast: [Function] = ["Add", "Div", "Max", "Mean", "Min", "Mul", "Pow", "Sub", "Sum"].flatMap {
    op -> [Function] in
    [[[2, 3], [2, 3]], [[2, 3], [3]], [[1, 3], [2, 1]], [[], [2, 3]]].map { shapes in
      Function(name: "\(op) \(shapes)", shapes: shapes, nodes: [node(op, "a", "b")])
    }
  }

  private static let products: [Function] =
    [
      [[2, 3], [3, 4]], [[3], [3, 4]], [[2, 3], [3]], [[3], [3]], [[5, 2, 3], [3, 4]], [[5, 1, 2, 3], [2, 3, 4]],
    ].map {
      Function(name: "MatMul \($0)", shapes: $0, nodes: [node("MatMul", "a", "b")])
    }
    + [(0, 0), (0, 1), (1, 0), (1, 1)].map { (transA: Int, transB: Int) -> Function in
      Function(
        name: "Gemm \(transA) \(transB)",
        shapes: [transA == 1 ? [3, 2] : [2, 3], transB == 1 ? [4, 3] : [3, 4], [4]],
        nodes: [
          node(
            "Gemm", "a", "b", "c",
            with: [
              AttributeProto("alpha", f: 0.5), AttributeProto("beta", f: 2), AttributeProto("transA", i: transA),
              AttributeProto("transB", i: transB),
            ])
        ])
    }

  private static let reductions = ["ReduceSum", "ReduceMean", "ReduceL2", "ReduceSumSquare"].flatMap {
    op -> [Function] in
    [0, 1].flatMap { (keep: Int) -> [Function] in
      let keepdims = [AttributeProto("keepdims", i: keep)]
      return [
        Function(name: "\(op) \(keep)", shapes: [[2, 3]], nodes: [node(op, "a", with: keepdims)]),
        Function(
          name: "\(op) axes \(keep)", shapes: [[2, 3, 2]], nodes: [node(op, "a", "axes", with: keepdims)],
          integers: ["axes": [-1, 0]]),
      ]
    }
  }

  private static let others: [Function] = [
    Function(name: "Reshape", shapes: [[2, 3]], nodes: [node("Reshape", "a", "shape")], integers: ["shape": [3, -1]]),
    Function(name: "Unsqueeze", shapes: [[2]], nodes: [node("Unsqueeze", "a", "axes")], integers: ["axes": [0]]),
    Function(
      name: "Concat", shapes: [[2, 3], [2, 1]], nodes: [node("Concat", "a", "b", with: [AttributeProto("axis", i: 1)])]),
    Function(
      name: "Gather", shapes: [[4, 2]], nodes: [node("Gather", "a", "rows")], integers: ["rows": [1, -1, 1, 0]]),
    Function(
      name: "Slice", shapes: [[5, 2]], nodes: [node("Slice", "a", "from", "to", "axes", "steps")],
      integers: ["from": [-1], "to": [-6], "axes": [0], "steps": [-2]]),
    Function(
      name: "Split", shapes: [[4, 2]],
      nodes: [
        NodeProto("Split", input: ["a"], output: ["p", "q"], attribute: [AttributeProto("num_outputs", i: 2)]),
        node("Exp", "q"),
      ]),
    Function(
      name: "Where", shapes: [[2, 3], [3]],
      nodes: [node("Greater", "a", "b", output: "c"), node("Where", "c", "a", "b")]),
    Function(
      name: "a loss, which expands", shapes: [[2, 3]],
      nodes: [node("SoftmaxCrossEntropyLoss", "a", "labels")], integers: ["labels": [2, 0]]),
    // tanh(a b + c), its square's mean over the rows: values with several uses.
    Function(
      name: "layers", shapes: [[2, 3], [3, 4], [4]],
      nodes: [
        node("Gemm", "a", "b", "c", output: "h"), node("Tanh", "h", output: "t"), node("Mul", "t", "t", output: "s"),
        node("Add", "s", "h", output: "r"), node("ReduceMean", "r"),
      ], range: -1...1),
  ]

  private static let names = ["a", "b", "c"]

  /// The model of a function, reduced to the sum of its squares, and of that one's gradient; inputs of type double,
  /// their extents open or not.
  private func model(_ function: Function, isOpen: Bool) throws -> OnnxModel {
    let xs = Array(Self.names.prefix(function.shapes.count))
    let nodes =
      function.nodes + [
        Self.node("Mul", "y", "y", output: "squares"),
        Self.node("ReduceSum", "squares", output: "f", with: [AttributeProto("keepdims", i: 0)]),
        NodeProto(
          "Gradient", domain: "ai.onnx.preview.training", input: xs, output: xs.map { "d\($0)" },
          attribute: [AttributeProto("xs", strings: xs), AttributeProto("y", s: "f")]),
      ]
    var initializers: [TensorProto] = []
    for (name, values) in function.integers {
      initializers.append(TensorProto(name: name, tensor: try Tensor(values, shape: [values.count])))
    }
    let graph = GraphProto(
      name: "test", node: nodes,
      input: zip(xs, function.shapes).map { name, shape in
        let dims: [TensorShapeProto.Dimension] = shape.indices.map {
          isOpen ? .param("\(name)\($0)") : .value(shape[$0])
        }
        return ValueInfoProto(name: name, type: .tensor(.double, TensorShapeProto(dims)))
      },
      output: (["f"] + xs.map { "d\($0)" }).map { ValueInfoProto(name: $0) }, initializer: initializers)
    return OnnxModel(
      Model(
        graph: graph,
        opsetImport: [
          OperatorSetIdProto(version: 21), OperatorSetIdProto(domain: "ai.onnx.preview.training", version: 1),
        ], irVersion: 10))
  }

  @Test(arguments: unary + broadcast + products + reductions + others, [false, true])
  func agreesWithDifferences(_ function: Function, isOpen: Bool) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("\(function.name), open \(isOpen): seed \(seed)")
    let h = 1e-5
    var state = seed
    var drawn: [Double] = []
    // Where two numbers meet within a step, their maximum has no slope.
    func draw(_ range: ClosedRange<Double>) -> Double {
      var number: Double
      repeat {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        number = range.lowerBound + Double(state >> 11) / Double(1 << 53) * (range.upperBound - range.lowerBound)
      } while drawn.contains { abs($0 - number) < 4 * h }
      drawn.append(number)
      return number
    }
    var inputs = function.shapes.map { shape in (0..<shape.reduce(1, *)).map { _ in draw(function.range) } }
    func values(_ inputs: [[Double]]) throws -> [RuntimeValue] {
      try zip(inputs, function.shapes).map { .tensor(try Tensor($0, shape: $1)) }
    }
    let model = try model(function, isOpen: isOpen)
    #expect(model.isValid, "\(model.diagnostics)")
    let session = try Session(model, threads: 1)
    let results = try session.run(values(inputs))
    for x in inputs.indices {
      let gradient = try #require(results[x + 1].tensor)
      #expect(gradient.shape == function.shapes[x])
      let doubles = try #require(gradient.doubles)
      for i in inputs[x].indices {
        let middle = inputs[x][i]
        var ends: [Double] = []
        for end in [middle + h, middle - h] {
          inputs[x][i] = end
          ends.append(try #require(try session.run(values(inputs))[0].tensor?.doubles?.first))
        }
        inputs[x][i] = middle
        let slope = (ends[0] - ends[1]) / (2 * h)
        #expect(abs(slope - doubles[i]) < 1e-6 * max(1, abs(slope)), "d\(Self.names[x])[\(i)]: seed \(seed)")
      }
    }
  }

  private func model(_ nodes: [NodeProto], _ outputs: [String]) -> OnnxModel {
    let graph = GraphProto(
      name: "test", node: nodes,
      input: ["a", "b"].map { ValueInfoProto(name: $0, type: .tensor(.double, [])) },
      output: outputs.map { ValueInfoProto(name: $0) })
    return OnnxModel(
      Model(
        graph: graph,
        opsetImport: [
          OperatorSetIdProto(version: 21), OperatorSetIdProto(domain: "ai.onnx.preview.training", version: 1),
        ], irVersion: 10))
  }

  private func gradient(_ inputs: [String], xs: [String], zs: [String] = [], y: String, _ outputs: [String])
    -> NodeProto
  {
    NodeProto(
      "Gradient", domain: "ai.onnx.preview.training", input: inputs, output: outputs,
      attribute: [
        AttributeProto("xs", strings: xs), AttributeProto("zs", strings: zs), AttributeProto("y", s: y),
      ])
  }

  /// a² b at other values than the model's own, here with a and b changed for each other; its second derivative.
  @Test func takesOtherValuesAndOrders() throws {
    let model = model(
      [
        Self.node("Mul", "a", "a", output: "s"), Self.node("Mul", "s", "b", output: "y"),
        gradient(["a"], xs: ["a"], y: "y", ["da"]),
        gradient(["a", "b"], xs: ["a"], zs: ["b"], y: "da", ["daa"]),
        gradient(["b", "a"], xs: ["a", "b"], y: "y", ["ea", "eb"]),
        gradient(["a"], xs: ["a"], y: "b", ["none"]),
      ], ["da", "daa", "ea", "eb", "none"])
    #expect(model.isValid, "\(model.diagnostics)")
    let session = try Session(model)
    let results = try session.run([3.0, 5.0].map { .tensor(try Tensor(scalar: $0)) })
    #expect(results.map { $0.tensor?.doubles } == [[30], [10], [30], [25], [0]])
  }

  @Test func namesWhatItCannotDifferentiate() throws {
    let model = model(
      [Self.node("Det", "a", output: "y"), gradient(["a"], xs: ["a"], y: "y", ["da"])], ["y"])
    let found = try #require(model.diagnostics.last)
    #expect(found.code == .unsupported && found.message.contains("Det"), "\(found)")
  }
}
