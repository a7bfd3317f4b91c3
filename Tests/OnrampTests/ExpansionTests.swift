import Onramp
import Testing

/// Forms of operators that run as several simpler calls.
@Suite struct ExpansionTests {
  /// A product of six factors, one with a diagonal, against the sum written out.
  @Test(arguments: [false, true]) func einsumTakesManyOperands(reference: Bool) throws {
    let names = ["a", "b", "c", "d", "e", "f"]
    let shapes = [[2, 3], [3, 2], [2, 2], [2, 3], [2], [3]]
    let model = model(
      [
        NodeProto(
          "Einsum", input: names, output: ["y"],
          attribute: [AttributeProto("equation", s: "ij, jk, kk, ...l, i, l -> ...i")])
      ], inputs: zip(names, shapes).map { ($0, .float, TensorShapeProto($1.map { .value($0) })) }, outputs: ["y"])
    let session = try Session(model, options: .init(reference: reference))
    var values: [[Float]] = []
    for (n, shape) in shapes.enumerated() {
      let count: Int = shape.reduce(1, *)
      values.append((0..<count).map { i -> Float in Float((i * 5 + n * 3) % 7 - 3) })
    }
    let result = try session.run(zip(values, shapes).map { try floats($0, $1) })[0].tensor
    let (a, b, c, d, e, f) = (values[0], values[1], values[2], values[3], values[4], values[5])
    var expected = [Float](repeating: 0, count: 4)
    for m in 0..<2 {
      for i in 0..<2 {
        for j in 0..<3 {
          for k in 0..<2 {
            for l in 0..<3 {
              let left = a[i * 3 + j] * b[j * 2 + k] * c[k * 3]
              expected[m * 2 + i] += left * d[m * 3 + l] * e[i] * f[l]
            }
          }
        }
      }
    }
    #expect(result?.shape == [2, 2])
    #expect(result?.elements(as: Float.self) == expected)
  }

  /// Whatever is known about extents before the run, and with a state or without.
  @Test(arguments: [[], ["C"], ["K"], ["C", "K", "L"]] as [[String]], [false, true])
  func causalConvolutionsWithoutExtents(_ unknown: [String], hasState: Bool) throws {
    func shape(_ extents: [(String, Int)]) -> TensorShapeProto {
      TensorShapeProto(extents.map { unknown.contains($0.0) ? .param($0.0) : .value($0.1) })
    }
    var inputs: [(String, ElementType, TensorShapeProto?)] = [
      ("x", .float, shape([("N", 1), ("C", 2), ("L", 3)])), ("w", .float, shape([("C", 2), ("1", 1), ("K", 2)])),
      ("b", .float, shape([("C", 2)])),
    ]
    if hasState { inputs.append(("s", .float, shape([("N", 1), ("C", 2), ("S", 1)]))) }
    let node = NodeProto("CausalConvWithState", input: inputs.map(\.0), output: ["y", "state"])
    let model = model([node], inputs: inputs, outputs: ["y", "state"], opset: 27)
    var values = [
      try floats([1, 2, 3, 4, 5, 6], [1, 2, 3]), try floats([1, 10, -1, 1], [2, 1, 2]), try floats([0, 0.5], [2]),
    ]
    if hasState { values.append(try floats([7, 8], [1, 2, 1])) }
    let results = try Session(model).run(values)
    let expected: [Float] = hasState ? [17, 21, 32, -3.5, 1.5, 1.5] : [10, 21, 32, 4.5, 1.5, 1.5]
    #expect(results[0].tensor?.elements(as: Float.self) == expected)
    #expect(results[1].tensor?.shape == [1, 2, 1])
    #expect(results[1].tensor?.elements(as: Float.self) == [3, 6])
  }

  @Test func layerStatisticsMayBeBrainFloats() throws {
    let model = model(
      [
        NodeProto(
          "LayerNormalization", input: ["x", "s"], output: ["y", "mean", "inverse"],
          attribute: [AttributeProto("stash_type", i: 16), AttributeProto("epsilon", f: 0)])
      ], inputs: [("x", .float, [1, 4]), ("s", .float, [4])], outputs: ["y", "mean", "inverse"])
    let results = try Session(model).run([floats([1, 3, 5, 7], [1, 4]), floats([1, 1, 1, 1], [4])])
    #expect(results[1].tensor?.type == .bfloat16 && results[2].tensor?.type == .bfloat16)
    #expect(results[1].tensor?.doubles == [4])
    #expect(abs((results[2].tensor?.doubles?[0] ?? 0) - 1 / 5.0.squareRoot()) < 0.002)
    #expect(abs((results[0].tensor?.doubles?[0] ?? 0) + 3 / 5.0.squareRoot()) < 1e-6)
  }

  /// Running sums of a batch of sequences of different lengths, from the front and from behind.
  @Test(arguments: [(0, [1, 3, 0, 4, 9, 15]), (1, [2, 3, 0, 6, 11, 15])] as [(Int, [Float])])
  func oldScansHaveLengths(_ direction: Int, _ expected: [Float]) throws {
    let element = TypeProto.tensor(.float, [])
    let body = GraphProto(
      name: "body",
      node: [
        NodeProto("Add", input: ["sum", "x"], output: ["next"]), NodeProto("Identity", input: ["next"], output: ["y"]),
      ],
      input: [ValueInfoProto(name: "sum", type: element), ValueInfoProto(name: "x", type: element)],
      output: [ValueInfoProto(name: "next", type: element), ValueInfoProto(name: "y", type: element)])
    let model = model(
      [
        NodeProto(
          "Scan", input: ["lengths", "start", "xs"], output: ["last", "ys"],
          attribute: [
            AttributeProto("body", g: body), AttributeProto("num_scan_inputs", i: 1),
            AttributeProto("directions", ints: [direction]),
          ])
      ], inputs: [("lengths", .int64, [2]), ("start", .float, [2]), ("xs", .float, [2, 3])], outputs: ["last", "ys"],
      opset: 8)
    #expect(model.isValid, "\(model.diagnostics)")
    let lengths = RuntimeValue.tensor(try Tensor([Int64(2), 3], shape: [2]))
    let results = try Session(model).run([lengths, floats([0, 0], [2]), floats([1, 2, 3, 4, 5, 6], [2, 3])])
    #expect(results[0].tensor?.elements(as: Float.self) == [3, 15])
    #expect(results[1].tensor?.shape == [2, 3])
    #expect(results[1].tensor?.elements(as: Float.self) == expected)
  }
}
