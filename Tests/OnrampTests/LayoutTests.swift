import Onramp
import Testing

/// Where images keep their channels last, and that everybody still sees the same numbers.
@Suite struct LayoutTests {
  /// A model under construction, whose input "x" has the shape [2, 6, 10, 8] and goes through a convolution, "c".
  private struct Builder {
    var nodes: [NodeProto] = []
    var constants: [TensorProto] = []
    var inputs: [(String, ElementType, TensorShapeProto?)] = [("x", .float, TensorShapeProto([2, 6, 10, 8]))]

    init() throws { try convolve("x", "c") }

    mutating func add(_ op: String, _ input: [String], _ output: String, _ attributes: [AttributeProto] = []) {
      nodes.append(NodeProto(op, input: input, output: [output], attribute: attributes))
    }
    mutating func floats(_ name: String, _ shape: [Int]) throws -> String {
      let values = (0..<shape.reduce(1, *)).map { Float(($0 * 7) % 11) * 0.1 - 0.45 }
      constants.append(TensorProto(name: name, tensor: try Tensor(values, shape: shape)))
      return name
    }
    mutating func integers(_ name: String, _ values: [Int64]) throws -> String {
      constants.append(TensorProto(name: name, tensor: try Tensor(values, shape: [values.count])))
      return name
    }
    mutating func convolve(_ x: String, _ y: String) throws {
      add("Conv", [x, try floats("w" + y, [6, 6, 3, 3])], y, [AttributeProto("pads", ints: [1, 1, 1, 1])])
    }
  }

  /// Runs a model compiled and by the reference path, and expects equal outputs and so many images turned.
  private func expect(
    turned: Int, outputs: [String] = ["y"], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (inout Builder) throws -> Void
  ) throws {
    var builder = try Builder()
    try body(&builder)
    let model = model(
      builder.nodes, inputs: builder.inputs, outputs: outputs, initializers: builder.constants, opset: 21)
    let kernels = try kernelsThatAgree(model, seed: 5, sourceLocation: sourceLocation)
    #expect(kernels.count { $0 is TransposeKernel } == turned, sourceLocation: sourceLocation)
  }

  /// In and out is all that is turned, whatever is broadcast in between.
  @Test(arguments: [[], [1], [8], [10, 1], [6, 1, 1], [1, 6, 10, 8], [2, 1, 1, 1]])
  func broadcastConstants(shape: [Int]) throws {
    try expect(turned: 2) { b in
      b.add("Mul", [try b.floats("s", shape), "c"], "m")
      b.add("Sqrt", ["m"], "r")
      b.add("Greater", ["m", try b.floats("z", [])], "g")
      b.add("Where", ["g", "r", "m"], "t")
      try b.convolve("t", "y")
    }
  }

  /// Numbers of 8 bits between convolutions lie as these have them.
  @Test func quantized() throws {
    try expect(turned: 2) { b in
      b.constants.append(TensorProto(name: "s", tensor: try Tensor([Float(0.03)], shape: [])))
      b.constants.append(TensorProto(name: "z", tensor: try Tensor([UInt8(128)], shape: [])))
      b.add("QuantizeLinear", ["c", "s", "z"], "q")
      b.add("DequantizeLinear", ["q", "s", "z"], "d")
      try b.convolve("d", "y")
    }
  }

  /// An operand that only the run knows is turned as well.
  @Test func broadcastOperands() throws {
    try expect(turned: 3) { b in
      b.inputs.append(("s", .float, TensorShapeProto([10, 8])))
      b.add("Mul", ["c", "s"], "m")
      b.constants.append(TensorProto(name: "two", tensor: try Tensor([2 as Float], shape: [])))
      b.add("Pow", ["m", "two"], "y")
    }
  }

  @Test func movers() throws {
    try expect(turned: 2) { b in
      b.add("Concat", ["c", "c"], "k", [AttributeProto("axis", i: -3)])
      b.nodes.append(
        NodeProto(
          "Split", input: ["k"], output: ["p", "q", "r"],
          attribute: [AttributeProto("axis", i: 1), AttributeProto("num_outputs", i: 3)]))
      b.add("Sub", ["p", "r"], "d")
      b.add("Concat", ["d", "q"], "e", [AttributeProto("axis", i: 3)])
      b.add("Slice", ["e", try b.integers("from", [1, 2]), try b.integers("to", [9, 16])], "f")
      b.add(
        "Slice", ["e", try b.integers("from2", [1]), try b.integers("to2", [9]), try b.integers("axis2", [-2])], "h")
      b.add("Pad", ["h", try b.integers("pads", [0, 1, 2, 3, 0, 1, 0, -1])], "i")
      b.add("Pad", ["i", try b.integers("pads2", [1, 2]), "", try b.integers("axes2", [3])], "j")
      b.add("Softmax", ["j"], "y", [AttributeProto("axis", i: 1)])
    }
  }

  /// Single pixels are turned in name only.
  @Test(arguments: [false, true]) func reductions(keepsDimensions: Bool) throws {
    try expect(turned: keepsDimensions ? 3 : 2, outputs: ["y", "z"]) { b in
      let keeps = AttributeProto("keepdims", i: keepsDimensions ? 1 : 0)
      b.add("ReduceMax", ["c", try b.integers("places", [2, -1])], "y", [keeps])
      b.add("GlobalAveragePool", ["c"], "g")
      b.add("Flatten", ["g"], "z")
    }
  }

  /// What is left of the dimensions is in another order.
  @Test func reductionOfOneDimension() throws {
    try expect(turned: 2) { b in
      b.add("ReduceSum", ["c", try b.integers("places", [3])], "y", [AttributeProto("keepdims", i: 0)])
    }
  }

  @Test func pools() throws {
    try expect(turned: 2) { b in
      let window = [AttributeProto("kernel_shape", ints: [3, 2]), AttributeProto("strides", ints: [2, 1])]
      b.add("MaxPool", ["c"], "m", window)
      b.add("AveragePool", ["m"], "a", window + [AttributeProto("pads", ints: [1, 0, 1, 1])])
      let parameters = try ["scale", "bias", "mean"].map { try b.floats($0, [6]) }
      b.constants.append(
        TensorProto(name: "variance", tensor: try Tensor([Float](repeating: 0.7, count: 6), shape: [6])))
      b.add("BatchNormalization", ["a"] + parameters + ["variance"], "n")
      b.add("Relu", ["n"], "y")
    }
  }

  /// Places go from pool to unpool without a look at what they mean; an output must have the standard's.
  @Test(arguments: [false, true]) func places(areSeen: Bool) throws {
    try expect(turned: areSeen ? 5 : 2, outputs: areSeen ? ["y", "i"] : ["y"]) { b in
      let window = [AttributeProto("kernel_shape", ints: [2, 2]), AttributeProto("strides", ints: [2, 2])]
      b.nodes.append(NodeProto("MaxPool", input: ["c"], output: ["m", "i"], attribute: window))
      try b.convolve("m", "d")
      b.add("MaxUnpool", ["d", "i"], "u", window)
      try b.convolve("u", "y")
    }
  }

  /// A model that turns its images itself, into the order of TensorFlow and back.
  @Test func transpositions() throws {
    try expect(turned: 2, outputs: ["y", "z"]) { b in
      b.add("Transpose", ["c"], "l", [AttributeProto("perm", ints: [0, 2, 3, 1])])
      b.add("Relu", ["l"], "r")
      b.add("Transpose", ["r"], "f", [AttributeProto("perm", ints: [0, 3, 1, 2])])
      try b.convolve("f", "d")
      b.add("Transpose", ["d"], "y", [AttributeProto("perm", ints: [0, 2, 3, 1])])
      b.add("Transpose", ["d"], "z", [AttributeProto("perm", ints: [1, 0, 2, 3])])
    }
  }

  @Test func resized() throws {
    try expect(turned: 2) { b in
      b.constants.append(TensorProto(name: "scales", tensor: try Tensor([1, 1, 2, 1.5] as [Float], shape: [4])))
      b.add("Resize", ["c", "", "scales"], "y", [AttributeProto("mode", s: "linear")])
    }
  }

  /// What turns an image at the end does so where it is smaller.
  @Test(arguments: [false, true]) func resizedAtTheEnd(grows: Bool) throws {
    var builder = try Builder()
    let scale: Float = grows ? 2 : 0.5
    builder.constants.append(TensorProto(name: "scales", tensor: try Tensor([1, 1, scale, scale], shape: [4])))
    builder.add("Resize", ["c", "", "scales"], "r", [AttributeProto("mode", s: "linear")])
    builder.add("Relu", ["r"], "y")
    let kernels = try kernelsThatAgree(
      model(builder.nodes, inputs: builder.inputs, outputs: ["y"], initializers: builder.constants, opset: 21),
      seed: 11)
    let resize = try #require(kernels.firstIndex { $0 is ResizeKernel })
    let transpose = try #require(kernels.lastIndex { $0 is TransposeKernel })
    #expect(kernels.count { $0 is TransposeKernel } == 2 && (transpose < resize) == grows)
  }

  /// Nested graphs read a value of the graph around them as it is, and turn what they give.
  @Test func nestedGraphs() throws {
    try expect(turned: 1) { b in
      b.inputs.append(("yes", .bool, TensorShapeProto([1])))
      func branch(_ name: String) throws -> GraphProto {
        let weights = try b.floats("w" + name, [6, 6, 1, 1])
        return GraphProto(
          name: name, node: [NodeProto("Conv", input: ["c", weights], output: [name])], input: [],
          output: [ValueInfoProto(name: name)], initializer: [])
      }
      let (left, right) = (try branch("left"), try branch("right"))
      b.nodes.append(
        NodeProto(
          "If", input: ["yes"], output: ["i"],
          attribute: [AttributeProto("then_branch", g: left), AttributeProto("else_branch", g: right)]))
      b.add("Neg", ["i"], "y")
    }
  }

  /// Along sequences as over images: what convolves is given its channels last, and what follows keeps them there.
  @Test func sequences() throws {
    var builder = try Builder()
    (builder.nodes, builder.constants, builder.inputs) = ([], [], [("x", .float, [2, 6, 40])])
    func convolve(_ x: String, _ y: String, _ weights: [Int], _ attributes: [AttributeProto]) throws {
      builder.add("Conv", [x, try builder.floats("w" + y, weights)], y, attributes)
    }
    try convolve("x", "c", [8, 6, 3], [AttributeProto("strides", ints: [2])])
    builder.add("Gelu", ["c"], "g")
    builder.add("Mul", ["g", try builder.floats("s", [8, 1])], "m")
    builder.add("MaxPool", ["m"], "p", [AttributeProto("kernel_shape", ints: [2])])
    try convolve("p", "d", [8, 1, 5], [AttributeProto("pads", ints: [2, 2]), AttributeProto("group", i: 8)])
    builder.add("Concat", ["d", "p"], "k", [AttributeProto("axis", i: 1)])
    builder.add(
      "ConvTranspose", ["k", try builder.floats("wt", [16, 4, 4])], "t", [AttributeProto("strides", ints: [2])])
    let bounds = [try builder.integers("from", [3]), try builder.integers("to", [20])]
    builder.add("Slice", ["t"] + bounds + [try builder.integers("axis", [-1])], "l")
    // A model that normalizes channels turns them itself.
    builder.add("Transpose", ["l"], "f", [AttributeProto("perm", ints: [0, 2, 1])])
    builder.add("LayerNormalization", ["f", try builder.floats("n", [4])], "h")
    builder.add("Transpose", ["h"], "b", [AttributeProto("perm", ints: [0, 2, 1])])
    try convolve("b", "e", [5, 4, 1], [])
    builder.add("GlobalAveragePool", ["e"], "y")
    let kernels = try kernelsThatAgree(
      model(builder.nodes, inputs: builder.inputs, outputs: ["y", "e"], initializers: builder.constants, opset: 21),
      seed: 9)
    // The input, the output "e", and single pixels in name only.
    #expect(kernels.count { $0 is TransposeKernel } == 3)
    #expect(kernels.count { $0 is ChannelsLastConvKernel } == 2)
    #expect(kernels.count { $0 is ChannelsLastDepthwiseConvKernel } == 1)
    #expect(kernels.count { $0 is ChannelsLastConvTransposeKernel } == 1)
    #expect(kernels.count { $0 is ChannelsLastMaxPoolKernel } == 1)
  }

  /// A sequence that is broadcast against images stays as it is.
  @Test func sequencesAmongImages() throws {
    try expect(turned: 6, outputs: ["y", "z"]) { b in
      b.inputs.append(("s", .float, [6, 10, 8]))
      b.add("Conv", ["s", try b.floats("ws", [10, 10, 1])], "d")
      b.add("Mul", ["c", "d"], "y")
      b.add("Relu", ["d"], "z")
    }
  }
}
