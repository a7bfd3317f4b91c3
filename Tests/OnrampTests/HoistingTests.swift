import Onramp
import Testing

/// What the compiler moves before other nodes, so that they have less to compute.
@Suite struct HoistingTests {
  /// Runs a model compiled and by the reference path, and expects equal outputs.
  ///
  /// - Returns: the operations that the compiled model takes, by the operators' definitions.
  private func cost(
    _ model: OnnxModel, exact: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Double {
    _ = try kernelsThatAgree(model, seed: 11, sourceLocation: sourceLocation)
    let session = try Session(model, threads: 1, options: .init(exact: exact))
    return try session.prepare(session.inputs.map { $0.type?.tensor?.spec }).costs.reduce(0) { $0 + $1.flops }
  }

  private let words = 6

  /// A layer as transformers have it: attention with a mask, its residual, normalization, two products with an activation.
  /// `end` says what is selected of its result.
  private func encoder(_ end: (inout ModelBuilder, String) throws -> String) throws -> OnnxModel {
    let (n, width) = (Int64(words), 16)
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, words, width].map { .value($0) }))])
    b.inputs.append(("m", .float, TensorShapeProto([2, 1, words, words].map { .value($0) })))
    func normalized(_ b: inout ModelBuilder, _ x: String) throws -> String {
      let scale = try b.floats([width]) { Float($0 % 3) * 0.5 + 0.5 }
      let bias = try b.floats([width]) { Float($0) * 0.01 }
      return b.add("LayerNormalization", [x, scale, bias], [AttributeProto("axis", i: -1)])
    }
    let apart = try (0..<3).map { _ in try b.reshape(b.project("x", width, width), [2, n, 2, 8]) }
    let scores = b.add("MatMul", [b.transpose(apart[0], [0, 2, 1, 3]), b.transpose(apart[1], [0, 2, 3, 1])])
    let weights = b.softmax(b.add("Add", [b.add("Mul", [scores, try b.floats([]) { _ in 0.35 }]), "m"]))
    let values = b.add("MatMul", [weights, b.transpose(apart[2], [0, 2, 1, 3])])
    let joined = try b.reshape(b.transpose(values, [0, 2, 1, 3]), [2, n, Int64(width)])
    let middle = b.add("Add", [try b.project(joined, width, width), "x"])
    let hidden = b.add("Relu", [try b.project(normalized(&b, middle), width, 40)])
    let last = try normalized(&b, b.add("Add", [middle, b.project(hidden, 40, width)]))
    let y = try b.project(end(&b, last), width, 3)
    _ = b.add("Identity", [y], output: "y")
    return b.model(outputs: ["y"])
  }

  /// A classifier looks at one word: the last layer's queries, products and normalizations are that word's alone, keys and
  /// values all words'.
  @Test(arguments: [0, 3, -1]) func oneWord(_ word: Int64) throws {
    let all = try cost(encoder { $1 })
    let width = 16.0
    func perWord(_ products: Double) -> Double { 2 * 2 * products }
    let spared = perWord(2 * width * width + 2 * width * 40 + width * 3) * Double(words - 1)
    for isCut in [false, true] {
      let one = try cost(
        encoder { (b, last) in
          let place = try b.integers([word], scalar: !isCut)
          if !isCut { return b.add("Gather", [last, place], [AttributeProto("axis", i: 1)]) }
          let end = try b.integers([word == -1 ? .max : word + 1])
          return b.add("Slice", [last, place, end, try b.integers([1])])
        })
      #expect(one <= all - spared)
    }
  }

  @Test func everySecondWord() throws {
    let all = try cost(encoder { $1 })
    let half = try cost(
      encoder { (b, last) in
        let bounds = try [1, 7, 1, 2].map { try b.integers([$0]) }
        return b.add("Slice", [last] + bounds)
      })
    #expect(half < all * 0.75)
  }

  /// Where two words are looked at, or all are an output, nothing is spared.
  @Test func severalUsers() throws {
    let all = try cost(encoder { $1 })
    let two = try cost(
      encoder { (b, last) in
        let words = try [0, 2].map { i in
          b.add("Gather", [last, try b.integers([i])], [AttributeProto("axis", i: 1)])
        }
        return b.add("Concat", words, [AttributeProto("axis", i: 1)])
      })
    // The last product alone has two words to do.
    #expect(two == all - Double(2 * 2 * (words - 2) * 16 * 3))
  }

  /// Softmax over the selected dimension, columns of a product, normalization over all: these need everything.
  @Test(arguments: ["Softmax", "MatMul", "LayerNormalization", "ReduceSum"]) func whatNeedsAll(_ op: String) throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([4, 6]))])
    let operand = try b.floats(op == "MatMul" ? [6, 6] : [4, 6]) { Float($0 % 7) * 0.25 - 0.5 }
    let hidden = b.add("Tanh", ["x"])
    let all =
      switch op {
      case "Softmax": b.softmax(hidden, axis: 0)
      case "MatMul": b.transpose(b.add(op, [hidden, operand]), [1, 0])
      case "LayerNormalization": b.add(op, [hidden, operand], [AttributeProto("axis", i: 0)])
      default: b.add(op, [hidden, try b.integers([1])])
      }
    _ = b.add("Gather", [all, try b.integers([1], scalar: true)], [AttributeProto("axis", i: 0)], output: "y")
    _ = try cost(b.model(outputs: ["y"]))
  }

  /// Selections of what is broadcast, transposed, reshaped, joined or used twice.
  @Test(arguments: 0..<3) func elements(axis: Int) throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([5, 4, 6]))])
    b.inputs.append(("r", .float, TensorShapeProto([4, 1])))
    let row = try b.floats([6]) { Float($0) * 0.5 - 1 }
    let sum = b.add("Add", [b.add("Mul", ["x", row]), "r"])
    let square = b.add("Mul", [sum, sum])
    let joined = b.add("Concat", [square, "x"], [AttributeProto("axis", i: axis == 0 ? 1 : 0)])
    let turned = b.transpose(try b.reshape(joined, axis == 0 ? [5, 8, 6] : [10, 4, 6]), [2, 0, 1])
    let place = axis == 2 ? 0 : axis + 1
    _ = b.add(
      "Gather", [b.add("Exp", [b.add("Neg", [turned])]), try b.integers([2])], [AttributeProto("axis", i: place)],
      output: "y")
    _ = try cost(b.model(outputs: ["y"]))
  }

  /// A product of the transposed operand, with rows to add.
  @Test func transposedProduct() throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([7, 6]))])
    let weights = try b.floats([7, 9]) { Float($0 % 5) * 0.25 - 0.5 }
    let rows = try b.floats([6, 1]) { Float($0) }
    let product = b.add("Gemm", [b.add("Sin", ["x"]), weights, rows], [AttributeProto("transA", i: 1)])
    let bounds = try [3, 5, 0].map { try b.integers([$0]) }
    _ = b.add("Slice", [product] + bounds, output: "y")
    #expect(try cost(b.model(outputs: ["y"])) == 2 * 2 * 7 * 9)
  }

  /// Averages before products of single pixels, with a bias; not where padding counts as pixels.
  @Test(arguments: [1, 2], ["AveragePool", "padded", "counted", "GlobalAveragePool"])
  func averages(group: Int, _ pool: String) throws {
    let (height, width) = (9, 12)
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, 8, height, width].map { .value($0) }))])
    let weights = try b.floats([16, 8 / group, 1, 1]) { Float($0 % 7) * 0.1 - 0.3 }
    let bias = try b.floats([16]) { Float($0) - 7 }
    let image = b.add("Conv", ["x", weights, bias], [AttributeProto("group", i: group)])
    let isGlobal = pool == "GlobalAveragePool"
    let pads = pool == "AveragePool" ? 0 : 1
    let window = [
      AttributeProto("kernel_shape", ints: [3, 3]), AttributeProto("strides", ints: [2, 3]),
      AttributeProto("pads", ints: [pads, pads, pads, pads]),
      AttributeProto("count_include_pad", i: pool == "padded" ? 0 : 1),
    ]
    _ = b.add(isGlobal ? pool : "AveragePool", [image], isGlobal ? [] : window, output: "y")
    let model = b.model(outputs: ["y"])
    let (fast, exact) = (try cost(model), try cost(model, exact: true))
    #expect(pool == "counted" ? fast == exact : fast < exact / 2)
  }
}
