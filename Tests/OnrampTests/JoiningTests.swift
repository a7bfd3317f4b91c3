import Onramp
import Testing

/// What is made where a Concat would copy it.
@Suite struct JoiningTests {
  /// Runs a model compiled and by the reference path, and expects equal outputs.
  ///
  /// - Returns: for each Concat the bytes that it still moves.
  private func moved(
    _ model: OnnxModel, within error: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Int] {
    _ = try kernelsThatAgree(model, seed: 13, within: error, sourceLocation: sourceLocation)
    let executor = try Session(model, threads: 1).prepare(model.inputSpecs)
    return zip(executor.program.instructions, executor.costs).filter { $0.0.kernel is ConcatKernel }.map(\.1.bytes)
  }

  private func image(_ shape: [Int]) -> ModelBuilder {
    ModelBuilder(inputs: [("x", .float, TensorShapeProto(shape.map { .value($0) }))])
  }

  private func convolution(_ b: inout ModelBuilder, _ x: String, _ channels: Int, to outputs: Int, _ kernel: Int) throws
    -> String
  {
    let weights = try b.floats([outputs, channels, kernel, kernel]) { Float(($0 * 5) % 11) * 0.05 - 0.25 }
    let bias = try b.floats([outputs]) { Float($0 % 3) * 0.5 - 0.5 }
    return b.add("Conv", [x, weights, bias], [AttributeProto("pads", ints: Array(repeating: kernel / 2, count: 4))])
  }

  private func concat(_ b: inout ModelBuilder, _ parts: [String], _ axis: Int = 1) -> String {
    b.add("Concat", parts, [AttributeProto("axis", i: axis)])
  }

  /// Convolutions side by side, by a product, with an activation and by Winograd's algorithm, write into one image.
  @Test(arguments: [1, 2], ["Relu", "Sigmoid"]) func branches(batch: Int, _ activation: String) throws {
    var b = image([batch, 8, 15, 14])
    let stem = b.add("Relu", [try convolution(&b, "x", 8, to: 24, 3)])
    let parts = try [(5, 1), (40, 3), (16, 5), (3, 3)].map { outputs, kernel in
      b.add(activation, [try convolution(&b, stem, 24, to: outputs, kernel)])
    }
    let joined = concat(&b, parts)
    _ = b.add("Relu", [try convolution(&b, joined, 64, to: 6, 1)], output: "y")
    #expect(try moved(b.model(outputs: ["y"]), within: 1e-4) == [0])
  }

  /// What another node reads as well stays dense and is copied, with the place it gets.
  @Test func sharedBranch() throws {
    var b = image([1, 8, 15, 14])
    let parts = try (0..<2).map { _ in try convolution(&b, "x", 8, to: 24, 1) }
    let end = b.add("Add", [try convolution(&b, concat(&b, parts), 48, to: 24, 1), parts[1]])
    _ = b.add("Relu", [end], output: "y")
    // The joined images and one half of them.
    #expect(try moved(b.model(outputs: ["y"])) == [15 * 14 * (48 + 24) * 4])
  }

  /// An output is a value of its own, and so is a part that is one.
  @Test(arguments: [["y"], ["z", "p"]]) func outputs(_ names: [String]) throws {
    var b = image([1, 8, 6, 5])
    let parts = [
      try convolution(&b, "x", 8, to: 16, 1), b.add("Identity", [try convolution(&b, "x", 8, to: 16, 3)], output: "p"),
    ]
    let joined = b.add("Concat", parts, [AttributeProto("axis", i: 1)], output: "y")
    _ = b.add("Relu", [try convolution(&b, joined, 32, to: 2, 1)], output: "z")
    #expect(try moved(b.model(outputs: names)).allSatisfy { $0 > 0 })
  }

  /// Stretches: each part is one, whatever makes it; joined parts are parts of others.
  @Test func stretches() throws {
    var b = image([1, 4, 6])
    let weights = try b.floats([6, 6]) { Float($0 % 7) * 0.25 - 0.5 }
    let others = try b.floats([6, 6]) { Float($0 % 5) * 0.25 - 0.5 }
    let parts = [
      b.add("MatMul", ["x", weights]), b.add("ReduceSum", ["x", try b.integers([1])]), b.add("Tanh", ["x"]),
      b.add("MatMul", ["x", others]),
    ]
    let inner = concat(&b, Array(parts[..<2]))
    let outer = concat(&b, [parts[2], inner, parts[3]])
    _ = b.add("Sin", [b.add("MatMul", [outer, weights])], output: "y")
    let bytes = try moved(b.model(outputs: ["y"]))
    #expect(bytes == [0, 0])
  }

  /// The same part twice, inputs and constants are copied.
  @Test func whatCannotMove() throws {
    var b = image([1, 4, 6])
    let constant = try b.floats([1, 2, 6]) { Float($0) }
    let part = b.add("Tanh", ["x"])
    let joined = concat(&b, ["x", constant, part, part])
    _ = b.add("Sin", [b.add("MatMul", [joined, try b.floats([6, 3]) { Float($0 % 5) * 0.25 }])], output: "y")
    #expect(try moved(b.model(outputs: ["y"]))[0] >= 14 * 6 * 4)
  }
}

extension OnnxModel {
  /// The types of the inputs.
  fileprivate var inputSpecs: [TensorSpec?] {
    graph[graph.main].inputs.map { graph[$0].type?.tensor?.spec }
  }
}
