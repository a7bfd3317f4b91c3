import Graph
import KernelRuntime
import OnnxFormat
import Operators
import Testing

/// What old nodes become. That the numbers are right `tools/old-opsets` shows; here is what no run shows: form,
/// tensors of unknown rank, and refusals.
@Suite struct UpgradeTests {
  /// The lines of the nodes of a graph that is imported from one node.
  func lines(
    _ op: String, _ opset: Int, _ inputs: [(ElementType, [Int]?)], _ attributes: [AttributeProto] = [],
    results: Int = 1, domain: String = ""
  ) -> [String] {
    let result = imported(op, opset, inputs, attributes, results: results, domain: domain)
    let errors = result.diagnostics.filter { $0.severity == .error && !$0.message.contains("does not have") }
    guard errors.isEmpty else { return errors.map { $0.message } }
    return result.graph.description.split(separator: "\n").map { $0.drop { $0 == " " } }
      .filter { $0.contains(" = ") && !$0.hasPrefix("output") }.map { String($0) }
  }

  func imported(
    _ op: String, _ opset: Int, _ inputs: [(ElementType, [Int]?)], _ attributes: [AttributeProto], results: Int,
    domain: String
  ) -> Importer.Result {
    let names = inputs.indices.map { "x\($0)" }
    let infos = zip(names, inputs).map { name, input in
      let shape = input.1.map { TensorShapeProto($0.map { .value($0) }) }
      return ValueInfoProto(name: name, type: .tensor(input.0, shape))
    }
    let outputs = (0..<results).map { "y\($0)" }
    let node = NodeProto(op, domain: domain, input: names, output: outputs, attribute: attributes)
    let graph = GraphProto(name: "g", node: [node], input: infos, output: outputs.map { ValueInfoProto(name: $0) })
    let sets = [OperatorSetIdProto(domain: domain, version: opset)]
    return Importer.graph(of: Model(graph: graph, opsetImport: sets, irVersion: 3))
  }

  @Test func aBroadcastOperandGetsAxes() {
    let along = [AttributeProto("broadcast", i: 1), AttributeProto("axis", i: 1)]
    #expect(
      lines("Add", 6, [(.float, [2, 3, 4, 5]), (.float, [3, 4])], along) == [
        "%Unsqueeze: float[3, 4, 1] = Unsqueeze(%x1, %constant<int64[1]>)",
        "%y0: float[2, 3, 4, 5] = Add(%x0, %Unsqueeze)",
      ])
    #expect(lines("Add", 6, [(.float, [2, 3]), (.float, [3])], along).count == 1)
    #expect(lines("Add", 6, [(.float, [2, 3]), (.float, [3])], [along[0]]) == ["%y0: float[2, 3] = Add(%x0, %x1)"])
  }

  /// Of a tensor of unknown rank the model itself must compute the axes.
  @Test(arguments: ["Add", "Sub", "Mul", "Div"]) func ranksMayBeUnknown(op: String) {
    let along = [AttributeProto("broadcast", i: 1), AttributeProto("axis", i: 1)]
    let nodes = lines(op, 6, [(.float, nil), (.float, [3])], along)
    #expect(nodes.contains { $0.contains("Reshape(%x1, ") } && nodes.last?.contains("\(op)(%x0, %Reshape") == true)
  }

  @Test func attributesBecomeInputs() {
    #expect(
      lines("Clip", 6, [(.double, [2])], [AttributeProto("max", f: 1)]) == [
        "%y0: double[2] = Clip(%x0, _, %constant<double[]>)"
      ])
    #expect(
      lines("ReduceMax", 11, [(.float, [2, 3])], [AttributeProto("axes", ints: [1])]) == [
        "%y0: float[2, 1] = ReduceMax(%x0, %constant<int64[1]>)"
      ])
    #expect(
      lines("ReduceMax", 11, [(.float, [2, 3])]) == ["%y0: float[1, 1] = ReduceMax(%x0)"])
    #expect(
      lines("TopK", 1, [(.float, [5])], [AttributeProto("k", i: 2)], results: 2) == [
        "%y0: float[2], %y1: int64[2] = TopK(%x0, %constant<int64[1]>)"
      ])
    #expect(
      lines("Split", 2, [(.float, [6])], results: 3) == [
        "%y0: float[2], %y1: float[2], %y2: float[2] = Split(%x0) {num_outputs = 3}"
      ])
  }

  @Test func hintsAboutMemoryAreDropped() {
    let hint = [AttributeProto("consumed_inputs", ints: [0])]
    #expect(lines("Relu", 1, [(.float, [2])], hint) == ["%y0: float[2] = Relu(%x0)"])
    #expect(lines("Relu", 6, [(.float, [2])], hint).first?.contains("consumed_inputs") == true)
  }

  @Test func namesAndDefaultsAreWrittenOut() {
    let pooled = lines("RoiAlign", 10, [(.float, [1, 1, 4, 4]), (.float, [1, 4]), (.int64, [1])])
    #expect(pooled.last?.contains("coordinate_transformation_mode = \"output_half_pixel\"") == true)
    let sampled = lines("GridSample", 16, [(.float, [1, 1, 4, 4]), (.float, [1, 2, 2, 2])])
    #expect(sampled.last?.contains("mode = \"linear\"") == true)
    let joined = lines("Concat", 1, [(.float, [1, 2]), (.float, [1, 3])])
    #expect(joined == ["%y0: float[1, 5] = Concat(%x0, %x1) {axis = 1}"])
    let recurrent = imported(
      "GRU", 1, [(.float, [1, 1, 1]), (.float, [1, 3, 1]), (.float, [1, 3, 1])],
      [AttributeProto("direction", s: "foward"), AttributeProto("output_sequence", i: 1)], results: 2, domain: "")
    let text = recurrent.graph.description
    #expect(text.contains("direction = \"forward\"") && !text.contains("output_sequence"))
    let transformed = lines("DFT", 17, [(.float, [1, 8, 2, 1])])
    #expect(transformed.last?.contains("DFT(%x0, _, %constant<int64[]>)") == true)
  }

  @Test func withdrawnOperatorsAreReplaced() {
    #expect(
      lines("Upsample", 7, [(.float, [1, 1, 2, 2])], [AttributeProto("scales", floats: [1, 1, 2, 2])]) == [
        "%y0: float[1, 1, 4, 4] = Resize(%x0, _, %constant<float[4]>) "
          + "{coordinate_transformation_mode = \"asymmetric\", nearest_mode = \"floor\"}"
      ])
    let scattered = lines("Scatter", 9, [(.float, [3]), (.int64, [1]), (.float, [1])])
    #expect(scattered == ["%y0: float[3] = ScatterElements(%x0, %x1, %x2)"])
    let encoded = imported(
      "LabelEncoder", 1, [(.int64, [2])], [AttributeProto("classes_strings", strings: ["a", "b"])], results: 1,
      domain: "ai.onnx.ml")
    #expect(encoded.graph.description.contains("keys_int64s = [0, 1], values_strings = [\"a\", \"b\"]"))
  }

  /// What no newer version says is refused rather than changed.
  @Test func whatCannotBeSaidIsRefused() {
    let statistics = [(ElementType.float, [1, 2, 3, 3] as [Int]?)] + Array(repeating: (.float, [2]), count: 4)
    #expect(lines("BatchNormalization", 9, statistics, results: 5).first?.contains("statistics of the batch") == true)
    let scaled: [(ElementType, [Int]?)] = [(.float, [1, 1, 2, 2]), (.float, [0]), (.float, [4])]
    let ceiling = [
      AttributeProto("coordinate_transformation_mode", s: "tf_half_pixel_for_nn"),
      AttributeProto("nearest_mode", s: "ceil"),
    ]
    #expect(lines("Resize", 11, scaled, ceiling).first?.contains("tf_half_pixel_for_nn") == true)
    let norm = [AttributeProto("p", f: 1.5)]
    #expect(lines("GlobalLpPool", 1, [(.float, [1, 1, 2, 2])], norm).first?.contains("1.5") == true)
  }
}
