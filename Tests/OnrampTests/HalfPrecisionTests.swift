import Onramp
import Testing

/// Models of 16-bit floats are computed with 32 bits.
@Suite struct HalfPrecisionTests {
  private static func expectClose(_ fast: [RuntimeValue], _ plain: [RuntimeValue], within error: Double) {
    for (a, b) in zip(fast, plain) {
      #expect(a.tensor?.type == b.tensor?.type)
      let difference = Tolerance(relative: error, absolute: error).difference(a, b)
      #expect(difference == nil)
    }
  }

  private static func halves(_ name: String, _ shape: [Int], _ type: ElementType, _ value: (Int) -> Float) throws
    -> TensorProto
  {
    let floats = try Tensor((0..<shape.reduce(1, *)).map(value), shape: shape)
    return TensorProto(name: name, tensor: try Evaluator.cast(floats, to: type))
  }

  /// A layer in halves: products, an addition, an activation. Only what comes in and goes out is converted.
  @Test(arguments: [ElementType.float16, .bfloat16]) func layers(_ type: ElementType) throws {
    let model = model(
      [
        NodeProto("MatMul", input: ["x", "w"], output: ["m"]), NodeProto("Add", input: ["m", "b"], output: ["a"]),
        NodeProto("Transpose", input: ["a"], output: ["t"], attribute: [AttributeProto("perm", ints: [1, 0])]),
        NodeProto("Relu", input: ["t"], output: ["y"]),
      ], inputs: [("x", type, TensorShapeProto([5, 24]))], outputs: ["y"],
      initializers: [
        try Self.halves("w", [24, 9], type) { Float($0 * 7 % 11) * 0.125 - 0.5 },
        try Self.halves("b", [9], type) { Float($0) * 0.25 - 1 },
      ])
    let fast = try Session(model, threads: 2)
    var random = RandomInputs(seed: 3)
    let values = try random.values(for: fast.inputs, dimensions: [:])
    let plain = try Session(model, threads: 2, options: .init(reference: true))
    Self.expectClose(try fast.run(values), try plain.run(values), within: type == .float16 ? 4e-3 : 3e-2)
    let kernels = try fast.prepare(values.map { $0.tensor?.spec }).program.instructions.map(\.kernel)
    #expect(kernels.count { $0 is CastKernel } <= 2)
    let exact = try Session(model, threads: 2, options: .init(exact: true))
    let kept = try exact.prepare(values.map { $0.tensor?.spec }).program.instructions.map(\.kernel)
    #expect(!kept.contains { $0 is CastKernel })
  }

  /// What the model itself rounds to halves stays rounded.
  @Test func castsStay() throws {
    let model = model(
      [
        NodeProto("Cast", input: ["x"], output: ["h"], attribute: [AttributeProto("to", i: 10)]),
        NodeProto("Add", input: ["h", "h"], output: ["d"]),
        NodeProto("Cast", input: ["d"], output: ["y"], attribute: [AttributeProto("to", i: 1)]),
      ], inputs: [("x", .float, TensorShapeProto([2]))], outputs: ["y"])
    let results = try Session(model, threads: 1).run([.tensor(try Tensor([Float(1.0001), 1e6], shape: [2]))])
    #expect(results[0].tensor?.doubles == [2, .infinity])
  }

  /// Bodies of control flow, operators on the types themselves, and halves that are only moved.
  @Test func whatStaysHalf() throws {
    let body = GraphProto(
      name: "then", node: [NodeProto("Mul", input: ["h", "h"], output: ["square"])],
      output: [ValueInfoProto(name: "square")])
    let other = GraphProto(
      name: "else", node: [NodeProto("Identity", input: ["h"], output: ["same"])],
      output: [ValueInfoProto(name: "same")])
    let model = model(
      [
        NodeProto("Sqrt", input: ["x"], output: ["h"]),
        NodeProto("ReduceSum", input: ["h"], output: ["s"], attribute: [AttributeProto("keepdims", i: 0)]),
        NodeProto("Greater", input: ["s", "limit"], output: ["c"]),
        NodeProto(
          "If", input: ["c"], output: ["f"],
          attribute: [AttributeProto("then_branch", g: body), AttributeProto("else_branch", g: other)]),
        NodeProto("Shape", input: ["f"], output: ["n"]), NodeProto("Gather", input: ["x", "n"], output: ["g"]),
        NodeProto("CastLike", input: ["n", "f"], output: ["l"]),
      ], inputs: [("x", .float16, TensorShapeProto([6]))], outputs: ["f", "n", "l", "g"],
      initializers: [try Self.halves("limit", [], .float16) { _ in 3 }])
    for values: [Float] in [[1, 4, 9, 16, 25, 36], [0, 0, 0.25, 0, 0, 1]] {
      let x = RuntimeValue.tensor(try Evaluator.cast(Tensor(values, shape: [6]), to: .float16))
      let index = try? Session(model, threads: 2).run([x])
      let plain = try? Session(model, threads: 2, options: .init(reference: true)).run([x])
      #expect((index == nil) == (plain == nil))
      if let index, let plain { Self.expectClose(index, plain, within: 2e-3) }
    }
  }

  /// Weights of fewer bits are converted once, however large they are, but a file keeps them as they are.
  @Test(arguments: [true, false]) func weightsAreConvertedOnce(_ isQuantized: Bool) throws {
    let (rows, columns) = (520, 540)
    let weights =
      isQuantized
      ? TensorProto(
        name: "w",
        tensor: try Tensor((0..<rows * columns).map { Int8($0 * 37 % 201 - 100) }, shape: [rows, columns]))
      : try Self.halves("w", [rows, columns], .float16) { Float($0 * 37 % 201 - 100) * 0.01 }
    let scale = TensorProto(name: "s", tensor: try Tensor([Float(0.01)], shape: []))
    let model = model(
      [
        isQuantized
          ? NodeProto("DequantizeLinear", input: ["w", "s"], output: ["f"])
          : NodeProto("Cast", input: ["w"], output: ["f"], attribute: [AttributeProto("to", i: 1)]),
        NodeProto("MatMul", input: ["x", "f"], output: ["y"]),
      ], inputs: [("x", .float, TensorShapeProto([2, rows]))], outputs: ["y"], initializers: [weights, scale])
    let kernels = try kernelsThatAgree(model, seed: 1, within: 1e-4)
    #expect(kernels.count == 1)
    var graph = model.graph
    try Simplify.run(on: &graph)
    #expect(graph.allNodes().count == 2)
  }
}
