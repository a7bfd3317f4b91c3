import Onramp
import Testing

/// What the compiler draws into one kernel, and that it computes the same.
@Suite struct FusionTests {
  private func constant(_ name: String, _ shape: [Int], _ value: (Int) -> Float) throws -> TensorProto {
    TensorProto(name: name, tensor: try Tensor((0..<shape.reduce(1, *)).map(value), shape: shape))
  }

  /// Runs a model compiled and by the reference path, and expects equal outputs of so many kernel calls besides those that
  /// turn images.
  private func expect(_ calls: Int, _ model: OnnxModel, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let kernels = try kernelsThatAgree(model, seed: 3, sourceLocation: sourceLocation)
    #expect(kernels.count { !($0 is TransposeKernel) } == calls, sourceLocation: sourceLocation)
  }

  private func floatModel(
    _ nodes: [NodeProto], _ shape: [Int], _ constants: [TensorProto], outputs: [String] = ["y"]
  ) -> OnnxModel {
    model(
      nodes, inputs: [("x", .float, TensorShapeProto(shape))], outputs: outputs,
      initializers: constants, opset: 20)
  }

  @Test(arguments: [1, 4])
  func normalizedConvolution(group: Int) throws {
    let parameters = try ["s", "b", "m", "v"].map { name in try constant(name, [4]) { Float($0) * 0.25 + 0.5 } }
    let weights = try constant("w", [4, 4 / group, 3, 3]) { Float($0 % 7) * 0.1 - 0.3 }
    try expect(
      1,
      floatModel(
        [
          NodeProto(
            "Conv", input: ["x", "w"], output: ["c"],
            attribute: [AttributeProto("pads", ints: [1, 1, 1, 1]), AttributeProto("group", i: group)]),
          NodeProto("BatchNormalization", input: ["c", "s", "b", "m", "v"], output: ["n"]),
          NodeProto("Sigmoid", input: ["n"], output: ["g"]),
          NodeProto("Mul", input: ["n", "g"], output: ["y"]),
        ], [2, 4, 9, 11], parameters + [weights]))
  }

  /// In two dimensions with channels last, in three as the standard has it.
  @Test(arguments: [1, 2, 3], [1, 2])
  func normalizedTransposedConvolution(rank: Int, group: Int) throws {
    let parameters = try ["s", "b", "m", "v"].map { name in try constant(name, [6]) { Float($0) * 0.25 + 0.5 } }
    let weights = try constant("w", [4, 6 / group] + [2, 3, 1].prefix(rank)) { Float($0 % 7) * 0.1 - 0.3 }
    let model = floatModel(
      [
        NodeProto(
          "ConvTranspose", input: ["x", "w"], output: ["c"],
          attribute: [AttributeProto("strides", ints: [2, 1, 2].prefix(rank) + []), AttributeProto("group", i: group)]),
        NodeProto("BatchNormalization", input: ["c", "s", "b", "m", "v"], output: ["n"]),
        NodeProto("LeakyRelu", input: ["n"], output: ["y"]),
      ], [2, 4] + [3, 5, 2].prefix(rank), parameters + [weights])
    try expect(1, model)
    let kernels = try kernelsThatAgree(model, seed: 6)
    #expect(kernels.contains { $0 is ChannelsLastConvTransposeKernel } == (rank < 3))
  }

  @Test func residualsAndLimits() throws {
    let weights = try constant("w", [4, 4, 1, 1]) { Float($0 % 5) * 0.1 - 0.2 }
    try expect(
      1,
      floatModel(
        [
          NodeProto("Conv", input: ["x", "w"], output: ["c"]), NodeProto("Add", input: ["x", "c"], output: ["a"]),
          NodeProto("Relu", input: ["a"], output: ["y"]),
        ], [1, 4, 5, 7], [weights]))
  }

  /// Outside training it does nothing, not even keep its neighbours apart.
  @Test func idleDropout() throws {
    let weights = try constant("w", [4, 4, 1, 1]) { Float($0 % 5) * 0.1 - 0.2 }
    let no = TensorProto(name: "no", tensor: try Tensor([false], shape: []))
    try expect(
      1,
      floatModel(
        [
          NodeProto("Conv", input: ["x", "w"], output: ["c"]),
          NodeProto("Dropout", input: ["c", "", "no"], output: ["d"]),
          NodeProto("Relu", input: ["d"], output: ["r"]), NodeProto("Dropout", input: ["r"], output: ["y"]),
        ], [1, 4, 5, 7], [weights, no]))
    // The mask stays, and the input itself is the result.
    try expect(
      1, floatModel([NodeProto("Dropout", input: ["x"], output: ["y", "m"])], [2, 3], [], outputs: ["y", "m"]))
  }

  @Test func geluOfAProductWithBias() throws {
    let constants = [
      try constant("w", [6, 70]) { Float($0 % 11) * 0.1 - 0.5 }, try constant("b", [70]) { Float($0) * 0.01 },
      try constant("root", []) { _ in Float(2).squareRoot() }, try constant("one", []) { _ in 1 },
      try constant("half", []) { _ in 0.5 },
    ]
    let nodes = [
      NodeProto("MatMul", input: ["x", "w"], output: ["p"]), NodeProto("Add", input: ["b", "p"], output: ["a"]),
      NodeProto("Div", input: ["a", "root"], output: ["d"]), NodeProto("Erf", input: ["d"], output: ["e"]),
      NodeProto("Add", input: ["e", "one"], output: ["f"]), NodeProto("Mul", input: ["a", "f"], output: ["g"]),
      NodeProto("Mul", input: ["g", "half"], output: ["y"]),
    ]
    try expect(1, floatModel(nodes, [2, 5, 6], constants))
    // A value that is an output as well must be made.
    try expect(2, floatModel(nodes, [2, 5, 6], constants, outputs: ["y", "p"]))
  }

  /// Operators on elements become one, as long as nobody else sees what is between them.
  @Test func elements() throws {
    let constants = [
      try constant("c", [7]) { Float($0) * 0.5 - 1 }, try constant("two", []) { _ in 2 },
      try constant("low", []) { _ in -1 },
    ]
    let nodes = [
      NodeProto("Mul", input: ["x", "c"], output: ["m"]), NodeProto("Pow", input: ["m", "two"], output: ["p"]),
      NodeProto("Sub", input: ["x", "p"], output: ["s"]), NodeProto("Tanh", input: ["s"], output: ["t"]),
      NodeProto("Clip", input: ["t", "low"], output: ["k"]), NodeProto("Div", input: ["k", "two"], output: ["y"]),
    ]
    try expect(1, floatModel(nodes, [2, 5, 7], constants))
    try expect(2, floatModel(nodes, [2, 5, 7], constants, outputs: ["y", "s"]))
  }

  /// What joins convolutions' channels goes into the normalization behind it.
  @Test func normalizationOfJoinedChannels() throws {
    let parameters = try ["s", "b", "m", "v"].map { name in try constant(name, [8]) { Float($0) * 0.25 + 0.5 } }
    let weights = try constant("w", [4, 4, 1, 1]) { Float($0 % 5) * 0.1 - 0.2 }
    let nodes = [
      NodeProto("Conv", input: ["x", "w"], output: ["c"]), NodeProto("Conv", input: ["c", "w"], output: ["d"]),
      NodeProto("Concat", input: ["c", "d"], output: ["j"], attribute: [AttributeProto("axis", i: 1)]),
      NodeProto("BatchNormalization", input: ["j", "s", "b", "m", "v"], output: ["n"]),
      NodeProto("Relu", input: ["n"], output: ["y"]),
    ]
    try expect(3, floatModel(nodes, [2, 4, 9, 11], parameters + [weights]))
    try expect(4, floatModel(nodes, [2, 4, 9, 11], parameters + [weights], outputs: ["y", "j"]))
  }

  /// x · clip(x + 3, 0, 6) / 6 in the orders in which models say it.
  @Test(arguments: 0..<4)
  func hardSwishOfAConvolution(order: Int) throws {
    let constants = [
      try constant("w", [4, 4, 1, 1]) { Float($0 % 5) * 0.1 - 0.2 }, try constant("three", []) { _ in 3 },
      try constant("zero", []) { _ in 0 }, try constant("six", []) { _ in 6 },
      try constant("part", []) { _ in 1 / 6 },
    ]
    let end =
      [
        [
          NodeProto("Mul", input: ["c", "k"], output: ["m"]), NodeProto("Div", input: ["m", "six"], output: ["y"]),
        ],
        [
          NodeProto("Div", input: ["k", "six"], output: ["m"]), NodeProto("Mul", input: ["c", "m"], output: ["y"]),
        ],
        [
          NodeProto("Mul", input: ["k", "part"], output: ["m"]), NodeProto("Mul", input: ["m", "c"], output: ["y"]),
        ],
        [NodeProto("Div", input: ["k", "six"], output: ["y"])],
      ][order]
    try expect(
      1,
      floatModel(
        [
          NodeProto("Conv", input: ["x", "w"], output: ["c"]),
          NodeProto("Add", input: ["c", "three"], output: ["a"]),
          NodeProto("Clip", input: ["a", "zero", "six"], output: ["k"]),
        ] + end, [1, 4, 5, 7], constants))
  }

  /// Images of many channels between a pointwise convolution and a depthwise one are not made as a whole.
  @Test(arguments: [1, 2], [false, true])
  func invertedBottleneck(stride: Int, isSeen: Bool) throws {
    let constants = [
      try constant("e", [72, 6, 1, 1]) { Float($0 % 7) * 0.1 - 0.3 }, try constant("f", [72]) { Float($0 % 3) - 1 },
      try constant("w", [72, 1, 3, 3]) { Float($0 % 5) * 0.1 - 0.2 },
      try constant("p", [6, 72, 1, 1]) { Float($0 % 11) * 0.02 - 0.1 }, try constant("zero", []) { _ in 0 },
      try constant("six", []) { _ in 6 },
    ]
    let nodes = [
      NodeProto("Conv", input: ["x", "e", "f"], output: ["c"]),
      NodeProto("Clip", input: ["c", "zero", "six"], output: ["h"]),
      NodeProto(
        "Conv", input: ["h", "w"], output: ["d"],
        attribute: [
          AttributeProto("pads", ints: [1, 1, 1, 1]), AttributeProto("strides", ints: [stride, stride]),
          AttributeProto("group", i: 72),
        ]),
      NodeProto("Relu", input: ["d"], output: ["r"]), NodeProto("Conv", input: ["r", "p"], output: ["y"]),
    ]
    let kernels = try kernelsThatAgree(
      floatModel(nodes, [1, 6, 65, 63], constants, outputs: isSeen ? ["y", "h"] : ["y"]), seed: 6)
    #expect(kernels.contains { $0 is ChannelsLastExpandedDepthwiseConvKernel } == !isSeen)
  }

  /// Images of a first layer that only a pool sees are not made as a whole; those that others see, that Winograd's algorithm
  /// makes or whose places are wanted are.
  @Test(arguments: [1, 2], ["pool", "seen", "places"])
  func stem(stride: Int, _ end: String) throws {
    let constants = [
      try constant("w", [40, 3, 3, 3]) { Float($0 % 7) * 0.1 - 0.3 }, try constant("b", [40]) { Float($0 % 3) - 1 },
    ]
    let nodes = [
      NodeProto(
        "Conv", input: ["x", "w", "b"], output: ["c"],
        attribute: [AttributeProto("strides", ints: [stride, stride]), AttributeProto("auto_pad", s: "SAME_UPPER")]),
      NodeProto("Relu", input: ["c"], output: ["r"]),
      NodeProto(
        "MaxPool", input: ["r"], output: end == "places" ? ["y", "i"] : ["y"],
        attribute: [
          AttributeProto("kernel_shape", ints: [3, 3]), AttributeProto("pads", ints: [1, 1, 1, 1]),
          AttributeProto("strides", ints: [2, 2]),
        ]),
    ]
    let outputs = ["pool": ["y"], "seen": ["y", "r"], "places": ["y", "i"]][end] ?? []
    let kernels = try kernelsThatAgree(
      floatModel(nodes, [1, 3, 97 * stride, 93 * stride], constants, outputs: outputs), seed: 6)
    #expect(kernels.contains { $0 is ChannelsLastPooledConvKernel } == (stride == 2 && end == "pool"))
  }

  /// Weights that a product multiplies by transposed are packed as the model has them, also where others read them.
  @Test(arguments: [[3], [2, 3], [2, 1, 3], [2, 0]])
  func transposedWeights(rows: [Int]) throws {
    let weights = try constant("w", [7, 5]) { Float($0 % 11) * 0.1 - 0.5 }
    let row = TensorProto(name: "row", tensor: try Tensor([Int64(4)], shape: [1]))
    let kernels = try kernelsThatAgree(
      floatModel(
        [
          NodeProto("Transpose", input: ["w"], output: ["t"]), NodeProto("MatMul", input: ["x", "t"], output: ["p"]),
          NodeProto("Relu", input: ["p"], output: ["y"]), NodeProto("Gather", input: ["w", "row"], output: ["z"]),
        ], rows + [5], [weights, row], outputs: ["y", "z"]), seed: 4)
    #expect(kernels.contains { ($0 as? GemmKernel)?.transB == true })
    #expect(!kernels.contains { $0 is TransposeKernel })
  }

  /// Weights of several megabytes, each packed in turn.
  @Test func manyWeights() throws {
    let count = 7
    let weights = try (0..<count).map { i in
      try constant("w\(i)", [384, 400 - 16 * (i % 2)]) { Float(($0 + i) % 13) * 0.02 - 0.12 }
    }
    let nodes = (0..<count).map { i in NodeProto("MatMul", input: ["x", "w\(i)"], output: ["p\(i)"]) }
    _ = try kernelsThatAgree(
      floatModel(nodes, [5, 384], weights, outputs: (0..<count).map { "p\($0)" }), seed: 5)
  }

  /// What MaxPool's indices depend on rounds no worse than the operators' own sums; what follows may.
  @Test func convolutionsBehindIndicesAreDeciding() throws {
    let session = try Session(fixture("segnet-static"), threads: 1)
    let calls = try session.prepare(session.inputs.map { $0.type?.tensor?.spec }).program.instructions
    let isDeciding = calls.filter { $0.kernel is ChannelsLastConvKernel }.map(\.isDeciding)
    let first = try #require(isDeciding.firstIndex(of: false))
    #expect(first > 0)
    #expect(!isDeciding[first...].contains(true))
  }
}
