import Graph
import KernelRuntime
import Operators
import Testing

/// What a test knows of one operand.
enum Given: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByNilLiteral, CustomStringConvertible {
  /// A type as types print themselves, with numbers and symbols as extents: `float[N, 3]`.
  case type(String)
  /// A known integer tensor of rank 1.
  case elements([Dimension])
  /// A known float tensor of rank 1.
  case floats([Float])
  /// A known integer of rank 0.
  case scalar(Dimension)
  case absent

  init(stringLiteral text: String) { self = .type(text) }
  init(arrayLiteral elements: Dimension...) { self = .elements(elements) }
  init(nilLiteral: ()) { self = .absent }

  var description: String {
    switch self {
    case .type(let text): text
    case .elements(let list): "\(list)"
    case .floats(let list): "\(list)"
    case .scalar(let number): "\(number)"
    case .absent: "-"
    }
  }

  func operand() throws -> OperatorCall.Operand? {
    func symbolic(_ list: [Dimension], _ shape: [Int]) -> OperatorCall.Operand {
      let elements = KnownElements(SymbolicTensor(shape: shape, elements: list))
      return .init(type: .tensor(TensorType(.int64, shape.map { Dimension($0) })), elements: elements)
    }
    switch self {
    case .type(let text): return .init(type: .tensor(try Self.parse(text)))
    case .elements(let list): return symbolic(list, [list.count])
    case .scalar(let number): return symbolic([number], [])
    case .floats(let list):
      let tensor = try Tensor(list, shape: [list.count])
      return .init(type: .tensor(TensorType(tensor.spec)), elements: .tensor(tensor), constant: tensor)
    case .absent: return nil
    }
  }

  static func parse(_ text: String) throws -> TensorType {
    let parts = text.split(separator: "[", maxSplits: 1)
    let type = try #require(ElementType(name: parts[0]))
    let inside = parts[1].dropLast()
    if inside == "*" { return TensorType(type, nil) }
    return TensorType(
      type,
      inside.split(separator: ",").map {
        let item = String($0.drop { $0 == " " })
        return Int(item).map { Dimension($0) } ?? Dimension(symbol: item)
      })
  }
}

/// One call and the types that its results must have.
struct InferenceCase: CustomStringConvertible, Sendable {
  var op: String
  var operands: [Given]
  var attributes: [String: AttributeValue]
  var count: Int
  var results: [String]

  init(
    _ op: String, _ operands: [Given], _ attributes: [String: AttributeValue] = [:], count: Int? = nil,
    gives results: String...
  ) {
    (self.op, self.operands, self.attributes, self.results) = (op, operands, attributes, results)
    self.count = count ?? results.count
  }

  var description: String { "\(op)(\(operands.map(\.description).joined(separator: ", "))) \(attributes)" }

  func infer() throws -> [String] {
    let name = OperatorName(op)
    let definition = try #require(OperatorRegistry.definition(name))
    let call = OperatorCall(
      op: name, attributes: attributes, operands: try operands.map { try $0.operand() }, resultCount: count)
    return try definition.infer(call).map(\.description)
  }
}

private let n = Dimension(symbol: "N")
private let h = Dimension(symbol: "H")

@Suite struct InferenceTests {
  @Test(arguments: [
    InferenceCase("Reshape", ["float[N, 12, 64]", [0, -1]], gives: "float[N, 768]"),
    InferenceCase("Reshape", ["float[N, 12, 64]", [n, -1]], gives: "float[N, 768]"),
    InferenceCase("Reshape", ["float[N, H, 64]", [-1, 64]], gives: "float[H*N, 64]"),
    InferenceCase("Reshape", ["float[N, H, 64]", [n, h, 8, -1]], gives: "float[N, H, 8, 8]"),
    InferenceCase("Reshape", ["float[N, H, 64]", [-1, h + 1]], gives: "float[(64*H*N)/(H + 1), H + 1]"),
    InferenceCase("Reshape", ["float[2, 0, 3]", [0, 7, 0]], ["allowzero": .int(1)], gives: "float[0, 7, 0]"),
    InferenceCase("Reshape", ["float[*]", [0, -1]], gives: "float[$kept0, $rest]"),
    InferenceCase("Reshape", ["float[N]", "int64[2]"], gives: "float[$d0, $d1]"),
    InferenceCase("Squeeze", ["float[1, N, 1]", [0, -1]], gives: "float[N]"),
    InferenceCase("Squeeze", ["float[1, N, 1]"], gives: "float[*]"),
    InferenceCase("Squeeze", ["float[1, 5, 1]"], gives: "float[5]"),
    InferenceCase("Unsqueeze", ["float[N, 3]", [-1, 0]], gives: "float[1, N, 3, 1]"),
    InferenceCase("Flatten", ["float[N, H, 4]"], ["axis": .int(-1)], gives: "float[H*N, 4]"),
    InferenceCase("Expand", ["float[N, 1]", [1, 2, 1, h]], gives: "float[1, 2, N, H]"),
    InferenceCase("Range", [.scalar(0), .scalar(n), .scalar(1)], gives: "int64[N]"),
    InferenceCase("Range", [.scalar(n), .scalar(0), .scalar(-2)], gives: "int64[(N + 1)/2]"),
    InferenceCase("Range", [.scalar(3), .scalar(3), .scalar(1)], gives: "int64[0]"),
    InferenceCase("Range", ["float[]", "float[]", "float[]"], gives: "float[$count]"),
    InferenceCase("ConstantOfShape", [[n, 3]], gives: "float[N, 3]"),
    InferenceCase("Shape", ["float[N, 3, H]"], ["start": .int(-2)], gives: "int64[2]"),
    InferenceCase("Tile", ["float[N, 3]", [2, n]], gives: "float[2*N, 3*N]"),
  ])
  func findsShapes(_ test: InferenceCase) throws { #expect(try test.infer() == test.results) }

  @Test(arguments: [
    InferenceCase("Slice", ["float[N, 8]", [0], [5]], gives: "float[min(5, N), 8]"),
    InferenceCase("Slice", ["float[N, 8]", [0], [Dimension(Int.max)]], gives: "float[N, 8]"),
    InferenceCase("Slice", ["float[N, 8]", [1], [-1], [1]], gives: "float[N, 6]"),
    InferenceCase("Slice", ["float[N, 8]", [-1], [Dimension(Int.min)], [1], [-1]], gives: "float[N, 8]"),
    InferenceCase("Slice", ["float[N, 8]", [-1], [Dimension(Int.min)], [0], [-1]], gives: "float[N, 8]"),
    InferenceCase("Slice", ["float[N, 8]", [0], [Dimension(Int.max)], [0], [2]], gives: "float[(N + 1)/2, 8]"),
    InferenceCase("Slice", ["float[N, 8]", [0], [n], [0]], gives: "float[N, 8]"),
    InferenceCase("Slice", ["float[N, 8]", [7], [2], [1], [-2]], gives: "float[N, 3]"),
    InferenceCase("Slice", ["float[N, 8]", [6], [2], [1]], gives: "float[N, 0]"),
    InferenceCase("Slice", ["float[N, 8]", "int64[1]", [5], [1]], gives: "float[N, $slice1]"),
    InferenceCase("Slice", ["float[N, 8]", "int64[1]", [5], "int64[1]"], gives: "float[$d0, $d1]"),
    InferenceCase(
      "Split", ["float[N, 6]"], ["axis": .int(1), "num_outputs": .int(2)], gives: "float[N, 3]", "float[N, 3]"),
    InferenceCase(
      "Split", ["float[7, 6]"], ["num_outputs": .int(3)], gives: "float[3, 6]", "float[3, 6]", "float[1, 6]"),
    InferenceCase("Split", ["float[N, 6]", [2, n - 2]], gives: "float[2, 6]", "float[N - 2, 6]"),
    InferenceCase("Concat", ["float[N, 3]", "float[H, 3]"], ["axis": .int(-2)], gives: "float[H + N, 3]"),
    InferenceCase("Concat", ["float[N, 3]", "float[2, H]"], ["axis": .int(0)], gives: "float[N + 2, 3]"),
    InferenceCase("Pad", ["float[N, 3]", [1, 0, 2, 0]], gives: "float[N + 3, 3]"),
    InferenceCase("Pad", ["float[N, 3]", [1, 2], nil, [-1]], gives: "float[N, 6]"),
    InferenceCase("Transpose", ["float[N, 3, H]"], ["perm": .ints([2, 0, 1])], gives: "float[H, N, 3]"),
    InferenceCase("Gather", ["float[N, 3, H]", "int64[2, 2]"], ["axis": .int(1)], gives: "float[N, 2, 2, H]"),
    InferenceCase("GatherND", ["float[N, 3, H]", "int64[N, 5, 1]"], ["batch_dims": .int(1)], gives: "float[N, 5, H]"),
    InferenceCase("DepthToSpace", ["float[N, 12, H, 5]"], ["blocksize": .int(2)], gives: "float[N, 3, 2*H, 10]"),
    InferenceCase("TopK", ["float[N, 9]", [4]], gives: "float[N, 4]", "int64[N, 4]"),
    InferenceCase("NonZero", ["bool[N, 3]"], gives: "int64[2, $count]"),
    InferenceCase("OneHot", ["int64[N]", .scalar(10), "float[2]"], gives: "float[N, 10]"),
    InferenceCase("ReduceMean", ["float[N, 3, H]", [-1]], gives: "float[N, 3, 1]"),
    InferenceCase("ReduceSum", ["float[N, 3]", nil], ["keepdims": .int(0)], gives: "float[]"),
    InferenceCase("ReduceSum", ["float[N, 3]", nil], ["noop_with_empty_axes": .int(1)], gives: "float[N, 3]"),
    InferenceCase(
      "Einsum", ["float[N, 3, H]", "float[N, H, 4]"], ["equation": .string("...ij,...jk->...ik")],
      gives: "float[N, 3, 4]"),
    InferenceCase("Einsum", ["float[N, H]"], ["equation": .string("ji")], gives: "float[H, N]"),
    InferenceCase("MatMul", ["float[N, 2, 3]", "float[3]"], gives: "float[N, 2]"),
    InferenceCase("MatMul", ["float[3]", "float[N, 3, H]"], gives: "float[N, H]"),
  ])
  func followsMovement(_ test: InferenceCase) throws { #expect(try test.infer() == test.results) }

  @Test(arguments: [
    InferenceCase(
      "Conv", ["float[N, 3, H, 32]", "float[8, 3, 3, 3]"], ["pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 2])],
      gives: "float[N, 8, (H + 1)/2, 16]"),
    InferenceCase(
      "Conv", ["float[N, 3, H]", "float[9, 1, 3]"], ["group": .int(3), "auto_pad": .string("SAME_UPPER")],
      gives: "float[N, 9, H]"),
    InferenceCase(
      "Conv", ["float[1, 4, H]", "float[8, 4, 3]"], ["dilations": .ints([2])], gives: "float[1, 8, H - 4]"),
    InferenceCase("Conv", ["float[1, 4, 9]", "float[8, 4, K]"], gives: "float[1, 8, $window0]"),
    InferenceCase(
      "MaxPool", ["float[N, 3, H, 7]"],
      ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2]), "ceil_mode": .int(1)],
      gives: "float[N, 3, (H + 1)/2, 4]", "int64[N, 3, (H + 1)/2, 4]"),
    InferenceCase(
      "AveragePool", ["float[N, 3, H]"], ["kernel_shape": .ints([3]), "strides": .ints([2]), "pads": .ints([1, 1])],
      gives: "float[N, 3, (H + 1)/2]"),
    InferenceCase(
      "ConvTranspose", ["float[N, 8, H]", "float[8, 4, 4]"], ["strides": .ints([2]), "pads": .ints([1, 1])],
      gives: "float[N, 4, 2*H]"),
    InferenceCase(
      "ConvTranspose", ["float[2, 1, 2]", "float[1, 3, K]"],
      ["strides": .ints([3]), "dilations": .ints([2]), "pads": .ints([3, 4])], gives: "float[2, 3, 2*K - 5]"),
    InferenceCase(
      "MaxUnpool", ["float[N, 8, H, 4]", "int64[N, 8, H, 4]"],
      ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])], gives: "float[N, 8, 2*H, 8]"),
    InferenceCase("GlobalAveragePool", ["float[N, 8, H, 4]"], gives: "float[N, 8, 1, 1]"),
    InferenceCase("Resize", ["float[N, 3, H, 5]", nil, .floats([1, 1, 2, 2.5])], gives: "float[N, 3, 2*H, 12]"),
    InferenceCase(
      "Resize", ["float[N, 3, H, 4]", nil, .floats([0.5, 1.5])], ["axes": .ints([2, 3])], gives: "float[N, 3, H/2, 6]"),
    InferenceCase("Resize", ["float[N, 3, H, 4]", nil, nil, [n, 3, h * 2, 9]], gives: "float[N, 3, 2*H, 9]"),
    InferenceCase(
      "LSTM", ["float[T, N, 8]", "float[2, 64, 8]", "float[2, 64, 16]"],
      ["hidden_size": .int(16), "direction": .string("bidirectional")],
      gives: "float[T, 2, N, 16]", "float[2, N, 16]", "float[2, N, 16]"),
    InferenceCase(
      "LayerNormalization", ["float[N, H, 64]", "float[64]", "float[64]"], gives: "float[N, H, 64]", "float[N, H, 1]",
      "float[N, H, 1]"),
    InferenceCase(
      "Attention",
      ["float[N, H, 64]", "float[N, H, 32]", "float[N, H, 16]", nil, "float[N, 2, P, 16]", "float[N, 2, P, 8]"],
      ["q_num_heads": .int(4), "kv_num_heads": .int(2)],
      gives: "float[N, H, 32]", "float[N, 2, H + P, 16]", "float[N, 2, H + P, 8]", "float[N, 4, H, H + P]"),
  ])
  func knowsGeometry(_ test: InferenceCase) throws { #expect(try test.infer() == test.results) }

  @Test(arguments: [
    InferenceCase("Reshape", ["float[2, 3]", [4, 2]]),
    InferenceCase("Reshape", ["float[2, 3]", [-1, -1]]),
    InferenceCase("Reshape", ["float[2, 3]", [4, -1]]),
    InferenceCase("Reshape", ["float[2, 3]", [-2, 3]]),
    InferenceCase("Squeeze", ["float[2, 3]", [0]]),
    InferenceCase("Unsqueeze", ["float[2, 3]", [0, 0]]),
    InferenceCase("Concat", ["float[2, 3]", "float[2, 4]"], ["axis": .int(0)]),
    InferenceCase("Concat", ["float[2, 3]", "double[2, 3]"], ["axis": .int(0)]),
    InferenceCase("Slice", ["float[2, 3]", [0], [1], [2]]),
    InferenceCase("Slice", ["float[2, 3]", [0], [1], [0], [0]]),
    InferenceCase("Slice", ["float[2, 3]", [0, 0], [1], [0]]),
    InferenceCase("Split", ["float[7, 6]", [3, 3]], count: 2),
    InferenceCase("Transpose", ["float[2, 3]"], ["perm": .ints([0, 0])]),
    InferenceCase("Transpose", ["float[2, 3]"], ["perm": .ints([0])]),
    InferenceCase("Conv", ["float[1, 3, 5]", "float[8, 4, 3]"]),
    InferenceCase("Conv", ["float[1, 3, 5]", "float[8, 3, 7]"]),
    InferenceCase("Conv", ["float[1, 3, 5]", "float[8, 3, 3]"], ["strides": .ints([0])]),
    InferenceCase("Conv", ["float[1, 3, 5]", "float[8, 3, 3]"], ["pads": .ints([1])]),
    InferenceCase("Conv", ["float[1, 3, 5]", "float[8, 3, 3]"], ["auto_pad": .string("SOME")]),
    InferenceCase("MaxPool", ["float[1, 3]"], ["kernel_shape": .ints([2])]),
    InferenceCase("MatMul", ["float[2, 3]", "float[2, 3]"]),
    InferenceCase("MatMul", ["float[]", "float[2, 3]"]),
    InferenceCase("Softmax", ["float[2, 3]"], ["axis": .int(2)]),
    InferenceCase("TopK", ["float[2, 3]", [4]]),
    InferenceCase("Range", [.scalar(0), .scalar(3), .scalar(0)]),
    InferenceCase("Einsum", ["float[2, 3]"], ["equation": .string("ijk->ik")]),
    InferenceCase("Einsum", ["float[2, 3]"], ["equation": .string("ij->ik")]),
    InferenceCase("DepthToSpace", ["float[1, 6, 2, 2]"], ["blocksize": .int(0)]),
    InferenceCase("Pad", ["float[2, 3]", [0, -4, 0, 0]]),
    InferenceCase("Resize", ["float[2, 3]"]),
    InferenceCase("Loop", [nil, nil]),
  ])
  func refusesWhatMakesNoSense(_ test: InferenceCase) {
    #expect(throws: Diagnostic.self) { try test.infer() }
  }

  @Test func followsShapeArithmetic() throws {
    var graph = Graph(name: "test")
    let x = graph.addInput("x", .tensor(TensorType(.float, [n, 3, h, 8])))
    var builder = NodeBuilder(graph, in: graph.main, operands: [x], provenance: Provenance(graph: "test"))
    let shape = try builder.add("Shape", [x])
    let batch = try builder.add("Gather", [shape, builder.constant([0])])
    let spatial = try builder.add("Slice", [shape, builder.constant([2]), builder.constant([4])])
    let area = try builder.add("ReduceProd", [spatial], ["keepdims": .int(1)])
    let half = try builder.add("Div", [spatial, builder.constant([2])])
    let halves = try builder.add("Concat", [batch, builder.constant([12]), half], ["axis": .int(0)])
    let target = try builder.add("Concat", [batch, builder.constant([3, -1])], ["axis": .int(0)])
    let flat = try builder.add("Reshape", [x, target])
    let folded = try builder.add("ConstantOfShape", [halves])
    #expect(builder.type(flat)?.description == "float[N, 3, 8*H]")
    #expect(builder.type(folded)?.description == "float[N, 12, H/2, 4]")
    #expect(builder.type(area)?.description == "int64[1]")
  }

  /// Each way in which exporters compute shapes, used as the shape of a tensor.
  @Test func followsElementsThroughEachOperator() throws {
    var graph = Graph(name: "test")
    let x = graph.addInput("x", .tensor(TensorType(.float, [n, h, 6])))
    var builder = NodeBuilder(graph, in: graph.main, operands: [x], provenance: Provenance(graph: "test"))
    let shape = try builder.add("Shape", [x])
    let batch = try builder.add("Gather", [shape, builder.constant([0])])
    let height = try builder.add("Slice", [shape, builder.constant([1]), builder.constant([2])])
    let two = try builder.constant([2])
    var found: [String?] = []
    func tensor(_ extent: ValueID) throws -> String? { type(try builder.add("ConstantOfShape", [extent])) }
    func type(_ value: ValueID) -> String? { builder.type(value)?.description }
    found.append(try tensor(builder.add("Add", [height, two])))
    found.append(try tensor(builder.add("Sub", [height, two])))
    found.append(try tensor(builder.add("Mul", [height, batch])))
    found.append(try tensor(builder.add("Div", [height, two])))
    found.append(try tensor(builder.add("Mod", [height, two])))
    found.append(try tensor(builder.add("Neg", [builder.add("Neg", [height])])))
    found.append(try tensor(builder.add("Min", [height, two, batch])))
    found.append(try tensor(builder.add("Max", [height, two])))
    found.append(try tensor(builder.add("ReduceProd", [shape], ["keepdims": .int(1)])))
    found.append(try tensor(builder.add("ReduceSum", [shape], ["keepdims": .int(1)])))
    found.append(try tensor(builder.add("ReduceMax", [height, builder.constant([0])])))
    found.append(try tensor(builder.add("Cast", [height], ["to": .int(6)])))
    let scalar = try builder.add("Squeeze", [height])
    found.append(try tensor(builder.add("Unsqueeze", [scalar, builder.constant([0])])))
    found.append(try tensor(builder.add("Reshape", [builder.add("Size", [x]), builder.constant([1])])))
    let counted = try builder.add("Range", [builder.constant(scalar: 0), scalar, builder.constant(scalar: 2)])
    found.append(type(counted))
    let isEmpty = try builder.add("Equal", [two, builder.constant([0])])
    found.append(try tensor(builder.add("Where", [isEmpty, batch, height])))
    let sides = try builder.add("Concat", [height, two, batch], ["axis": .int(0)])
    found.append(try tensor(sides))
    found.append(try type(builder.add("Expand", [builder.constant([7]), sides])))
    found.append(try type(builder.add("Reshape", [x, sides])))
    found.append(try type(builder.add("Resize", [x, nil, nil, sides])))
    found.append(try tensor(builder.add("Tile", [height, two])))
    found.append(try tensor(builder.add("Transpose", [sides])))
    found.append(try tensor(builder.add("GatherElements", [sides, builder.constant([2, 0])])))
    #expect(
      found == [
        "float[H + 2]", "float[H - 2]", "float[H*N]", "float[H/2]", "float[H - 2*H/2]", "float[H]",
        "float[min(N, min(2, H))]", "float[max(2, H)]", "float[6*H*N]", "float[H + N + 6]", "float[H]", "float[H]",
        "float[H]", "float[6*H*N]", "int64[(H + 1)/2]", "float[H]", "float[H, 2, N]", "int64[H, 2, N]",
        "float[H, 2, N]", "float[H, 2, N]", "float[H, H]", "float[H, 2, N]", "float[N, H]",
      ])
  }

  /// A value that a loop passes on unchanged keeps its shape, and what it stacks has as many rows as it has rounds.
  @Test func keepsWhatALoopLeavesAlone() throws {
    var graph = Graph(name: "test")
    let x = graph.addInput("x", .tensor(TensorType(.float, [n, 3])))
    let count = graph.addInput("count", .tensor(TensorType(.int64, [])))
    let body = graph.addRegion()
    _ = graph.addInput("i", nil, to: body)
    let goOn = graph.addInput("go", nil, to: body)
    let carried = graph.addInput("carried", nil, to: body)
    let next = graph.addNode(
      OperatorName("Add"), [carried, x], results: ["next"], provenance: Provenance(graph: "test"), in: body)
    graph.addOutput("go", goOn, to: body)
    graph.addOutput("next", graph[next].results[0], to: body)
    graph.addOutput("row", graph[next].results[0], to: body)
    let loop = graph.addNode(
      OperatorName("Loop"), [count, nil, x], ["body": .region(body)], results: ["last", "rows"],
      provenance: Provenance(graph: "test"), in: graph.main)
    try Inference.infer(loop, in: &graph)
    let shapes = graph[loop].results.map { graph[$0].type?.tensor?.shape }
    #expect(shapes[0] == [n, 3])
    #expect(shapes[1].map { Array($0.dropFirst()) } == [n, 3])
  }

  @Test func forgetsWhatChangesAroundALoop() throws {
    var graph = Graph(name: "test")
    let start = graph.addInput("start", .tensor(TensorType(.float, [0, 3])))
    let row = graph.addInput("row", .tensor(TensorType(.float, [1, 3])))
    let count = graph.addInput("count", .tensor(TensorType(.int64, [])))
    let body = graph.addRegion()
    _ = graph.addInput("i", nil, to: body)
    let goOn = graph.addInput("go", nil, to: body)
    let rows = graph.addInput("rows", nil, to: body)
    let next = graph.addNode(
      OperatorName("Concat"), [rows, row], ["axis": .int(0)], results: ["next"], provenance: Provenance(graph: "test"),
      in: body)
    let all = graph[next].results[0]
    graph.addOutput("go", goOn, to: body)
    graph.addOutput("rows", all, to: body)
    graph.addOutput("row", row, to: body)
    graph.addOutput("all", all, to: body)
    let loop = graph.addNode(
      OperatorName("Loop"), [count, nil, start], ["body": .region(body)], results: ["rows", "stacked", "all"],
      provenance: Provenance(graph: "test"), in: graph.main)
    try Inference.infer(loop, in: &graph)
    let types = graph[loop].results.compactMap { graph[$0].type?.tensor?.shape }
    #expect(types.count == 3)
    #expect(types[0][1] == 3 && types[0][0].symbol?.hasPrefix("?") == true)
    // Each round's row is as large as the others, so their extents stay.
    #expect(types[1].dropFirst() == [1, 3])
    #expect(types[2].count == 3 && types[2][2] == 3 && types[2][1].symbol?.hasPrefix("?") == true)
    #expect(types[1][0] == types[2][0])
  }
}

@Suite struct CatalogueTests {
  /// Withdrawn from their operator set, but in files all the same.
  let withdrawn: Set = ["TreeEnsembleClassifier", "TreeEnsembleRegressor"]

  @Test func everyOperatorIsOneOfItsOperatorSets() {
    for definition in OperatorRegistry.definitions {
      let name = definition.name
      #expect(SchemaRegistry.current(name) != nil, "\(name)")
      #expect(SchemaRegistry.current(name)?.isDeprecated == withdrawn.contains(name.type), "\(name)")
      #expect(String(describing: definition).hasSuffix("\(name.type)Op"), "\(name)")
    }
  }

  @Test func noOperatorTrapsWithoutOperandsOrAttributes() {
    for definition in OperatorRegistry.definitions {
      let call = OperatorCall(op: definition.name, attributes: [:], operands: [], resultCount: 1)
      _ = try? definition.infer(call)
      if !(definition is any RegionOperator.Type) { _ = try? definition.kernel(call) }
    }
  }

  @Test func noOperatorTrapsOnOddOperands() {
    let types: [TensorType] = [
      TensorType(.float, nil), TensorType(.float, []), TensorType(.int64, [0]), TensorType(.string, [n, 1]),
      TensorType(.float, [1, 0, Dimension(Int.max)]), TensorType(.bool, Array(repeating: h, count: 5)),
    ]
    for definition in OperatorRegistry.definitions {
      for type in types {
        for count in 1...6 {
          let operands = Array(repeating: OperatorCall.Operand(type: .tensor(type)), count: count)
          for axis in [Int.min, -1, 0, 1, Int.max] {
            var attributes: [String: AttributeValue] = [:]
            for attribute in SchemaRegistry.current(definition.name)?.attributes ?? [] {
              switch attribute.kind {
              case .int: attributes[attribute.name] = .int(axis)
              case .ints: attributes[attribute.name] = .ints([axis, axis])
              default: break
              }
            }
            let call = OperatorCall(
              op: definition.name, attributes: attributes, operands: operands, resultCount: count)
            _ = try? definition.infer(call)
          }
        }
      }
    }
  }
}
