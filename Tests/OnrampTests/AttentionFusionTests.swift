import Onramp
import Testing

/// What becomes one attention kernel, and what must not.
@Suite struct AttentionFusionTests {
  /// Runs a model compiled and by the reference path, and expects equal outputs and so many attention kernels.
  private func expect(
    _ attentions: Int, _ builder: ModelBuilder, outputs: [String] = ["y"], moving: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let kernels = try kernelsThatAgree(builder.model(outputs: outputs), seed: 7, sourceLocation: sourceLocation)
    #expect(kernels.count { $0 is FusedAttentionKernel } == attentions, sourceLocation: sourceLocation)
    if let moving {
      let movers = kernels.count {
        $0 is TransposeKernel || $0 is SplitKernel || $0 is SliceKernel || $0 is GatherKernel
      }
      #expect(movers == moving, sourceLocation: sourceLocation)
    }
  }

  private let heads: [Int64] = [2, 5, 3, 8]

  /// Queries, keys and values split into heads, from projections of their own: q and v by heads, k transposed.
  private func projected() throws -> (ModelBuilder, q: String, k: String, v: String) {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, 5, 24]))])
    let apart = try (0..<3).map { _ in try b.reshape(b.project("x", 24, 24), heads) }
    let q = b.transpose(apart[0], [0, 2, 1, 3])
    let k = b.transpose(apart[1], [0, 2, 3, 1])
    let v = b.transpose(apart[2], [0, 2, 1, 3])
    return (b, q, k, v)
  }

  private func joined(_ b: inout ModelBuilder, _ y: String) throws {
    _ = b.add("Reshape", [b.transpose(y, [0, 2, 1, 3]), try b.integers([2, 5, 24])], output: "y")
  }

  @Test(arguments: ["Mul", "Div"], [false, true]) func scaledAndMasked(_ scaling: String, isMaskFirst: Bool) throws {
    var (b, q, k, v) = try projected()
    b.inputs.append(("m", .float, TensorShapeProto([2, 1, 1, 5])))
    let number = try b.floats([]) { _ in scaling == "Mul" ? 0.35 : 2.8 }
    let scaled = b.add(scaling, [b.add("MatMul", [q, k]), number])
    let masked = b.add("Add", isMaskFirst ? ["m", scaled] : [scaled, "m"])
    try joined(&b, b.add("MatMul", [b.softmax(masked), v]))
    try expect(1, b, moving: 0)
  }

  /// One projection cut into three by Split, a causal mask of constants.
  @Test func splitAndCausal() throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, 5, 24]))])
    let all = try b.project("x", 24, 72)
    b.nodes.append(
      NodeProto(
        "Split", input: [all], output: ["q", "k", "v"],
        attribute: [AttributeProto("axis", i: 2), AttributeProto("num_outputs", i: 3)]))
    let q = b.transpose(try b.reshape("q", heads), [0, 2, 1, 3])
    let k = b.transpose(try b.reshape("k", heads), [0, 2, 3, 1])
    let v = b.transpose(try b.reshape("v", heads), [0, 2, 1, 3])
    let mask = try b.floats([1, 1, 5, 5]) { $0 % 5 > $0 / 5 ? -Float.greatestFiniteMagnitude : 0 }
    try joined(&b, b.add("MatMul", [b.softmax(b.add("Add", [b.add("MatMul", [q, k]), mask])), v]))
    try expect(1, b, moving: 0)
  }

  /// Sequence first, one projection cut by Gather, both factors scaled, heads and batch in one dimension for a while.
  /// With several batches that dimension's elements are not evenly apart, so that something has to be moved.
  @Test(arguments: [1, 2]) func gatheredAndScaledOnBothSides(batch: Int) throws {
    let n = Int64(batch)
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([5, batch, 24].map { .value($0) }))])
    let all = b.transpose(
      b.add("Unsqueeze", [try b.reshape(b.project("x", 24, 72), [5, n, 3, 24]), try b.integers([0])]), [3, 1, 2, 0, 4])
    let parts = try (0..<3).map { i in
      try b.reshape(
        b.transpose(
          try b.reshape(
            b.add(
              "Gather", [b.add("Squeeze", [all, try b.integers([3])]), try b.integers([Int64(i)], scalar: true)],
              [AttributeProto("axis", i: 0)]), [5, 3 * n, 8]), [1, 0, 2]), [n, 3, 5, 8])
    }
    let root = try b.floats([1]) { _ in 0.6 }
    let scores = b.add(
      "MatMul", [b.add("Mul", [parts[0], root]), b.add("Mul", [root, b.transpose(parts[1], [0, 1, 3, 2])])])
    let y = b.transpose(b.add("MatMul", [b.softmax(scores), parts[2]]), [2, 0, 1, 3])
    _ = b.add("Reshape", [y, try b.integers([5 * n, 24])], output: "y")
    try expect(1, b, moving: batch == 1 ? 0 : 4)
  }

  /// Three dimensions, batch and heads in one.
  @Test(arguments: [false, true]) func batchedHeads(areSplitAgain: Bool) throws {
    var b = ModelBuilder(inputs: [
      ("q", .float, TensorShapeProto([6, 5, 8])), ("k", .float, TensorShapeProto([6, 7, 8])),
      ("v", .float, TensorShapeProto([6, 7, 3])),
    ])
    let weights = b.softmax(b.add("MatMul", ["q", b.transpose("k", [0, 2, 1])]))
    var y = b.add("MatMul", [weights, "v"], output: areSplitAgain ? nil : "y")
    if areSplitAgain {
      y = b.transpose(try b.reshape(y, [2, 3, 5, 3]), [0, 2, 1, 3])
      _ = b.add("Reshape", [y, try b.integers([2, 5, 9])], output: "y")
    }
    try expect(1, b, moving: 0)
  }

  @Test(arguments: [false, true], [false, true]) func chosen(isInverted: Bool, isGuarded: Bool) throws {
    var (b, q, k, v) = try projected()
    b.inputs.append(("m", .float, TensorShapeProto([2, 1, 5, 5])))
    let zero = try b.floats([]) { _ in 0 }
    let fill = try b.floats([]) { _ in isGuarded ? -.infinity : -2 }
    let isKept = b.add("Greater", ["m", zero])
    let scores = b.add("MatMul", [q, k])
    var weights = b.softmax(b.add("Where", isInverted ? [isKept, fill, scores] : [isKept, scores, fill]))
    if isGuarded { weights = b.add("Where", [b.add("IsNaN", [weights]), zero, weights]) }
    try joined(&b, b.add("MatMul", [weights, v]))
    try expect(1, b, moving: 0)
  }

  @Test func nearMisses() throws {
    func expectNone(
      outputs: [String] = ["y"], sourceLocation: SourceLocation = #_sourceLocation,
      _ body: (inout ModelBuilder, _ q: String, _ k: String, _ v: String) throws -> String
    ) throws {
      var (b, q, k, v) = try projected()
      try joined(&b, try body(&b, q, k, v))
      try expect(0, b, outputs: outputs, sourceLocation: sourceLocation)
    }
    // Products that are scaled with their mask, that are an output too, that another node takes.
    try expectNone { b, q, k, v in
      let mask = try b.floats([5]) { Float($0) }
      let number = try b.floats([]) { _ in 0.5 }
      return b.add("MatMul", [b.softmax(b.add("Mul", [b.add("Add", [b.add("MatMul", [q, k]), mask]), number])), v])
    }
    try expectNone(outputs: ["y", "s"]) { b, q, k, v in
      b.add("MatMul", [b.softmax(b.add("MatMul", [q, k], output: "s")), v])
    }
    try expectNone(outputs: ["y", "w"]) { b, q, k, v in
      let weights = b.softmax(b.add("MatMul", [q, k]))
      _ = b.add("Relu", [weights], output: "w")
      return b.add("MatMul", [weights, v])
    }
    // Along the queries; weights on the right.
    try expectNone { b, q, k, v in b.add("MatMul", [b.softmax(b.add("MatMul", [q, k]), axis: 2), v]) }
    try expectNone { b, q, k, v in
      b.transpose(
        b.add("MatMul", [b.transpose(v, [0, 1, 3, 2]), b.softmax(b.add("MatMul", [q, k]))]), [0, 1, 3, 2])
    }
  }

  /// The operator itself, in both layouts, with fewer key heads than query heads.
  @Test(arguments: [false, true], ["", "float", "bool"]) func operatorItself(isCausal: Bool, mask: String) throws {
    var b = ModelBuilder(inputs: [
      ("q", .float, TensorShapeProto([2, 5, 24])), ("k", .float, TensorShapeProto([2, 5, 12])),
      ("v", .float, TensorShapeProto([2, 5, 6])),
    ])
    var operands = ["q", "k", "v"]
    if !mask.isEmpty {
      b.inputs.append(("m", .float, TensorShapeProto([5, 5])))
      operands.append(mask == "float" ? "m" : b.add("Greater", ["m", try b.floats([]) { _ in 0.5 }]))
    }
    let attributes = [
      AttributeProto("q_num_heads", i: 4), AttributeProto("kv_num_heads", i: 2),
      AttributeProto("is_causal", i: isCausal ? 1 : 0),
    ]
    _ = b.add("Attention", operands, attributes, output: "y")
    try expect(1, b)
    for (name, change) in [("softcap", AttributeProto("softcap", f: 2)), ("scale", AttributeProto("scale", f: 2))] {
      b.nodes[b.nodes.count - 1] = NodeProto(
        "Attention", input: operands, output: ["y"], attribute: attributes + [change])
      try expect(name == "scale" ? 1 : 0, b)
    }
  }

  /// A Gemm between reshapes takes over what follows it behind them; not past a value that another node takes.
  @Test func reshapesDoNotKeepProductsApart() throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, 5, 24]))])
    let weights = try b.floats([24, 24]) { Float(($0 * 5) % 11) * 0.1 - 0.5 }
    let bias = try b.floats([24]) { Float($0) * 0.1 }
    let flat = b.add("Gemm", [try b.reshape("x", [10, 24]), weights, bias])
    let apart = b.add("Unsqueeze", [try b.reshape(flat, [2, 5, 24]), try b.integers([0])])
    let sum = b.add("Add", [b.add("Unsqueeze", ["x", try b.integers([0])]), apart])
    _ = b.add("Relu", [sum], output: "y")
    func calls(_ outputs: [String]) throws -> Int {
      try expect(0, b, outputs: outputs)
      let session = try Session(b.model(outputs: outputs), threads: 1)
      return try session.prepare(session.inputs.map { $0.type?.tensor?.spec }).program.instructions.count {
        !($0.kernel is ReshapeKernel || $0.kernel is ViewKernel)
      }
    }
    #expect(try calls(["y"]) == 1)
    #expect(try calls(["y", apart]) == 2)
  }

  /// Windows of images, of which each has a mask of its own, with a bias of the heads' own besides; masks are added to the
  /// windows of each image at a time.
  @Test(arguments: [1, 3], [false, true]) func windowsWithTwoMasks(batch: Int, isMaskFirst: Bool) throws {
    let (windows, n) = (4, Int64(batch * 4))
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([batch * windows, 5, 24]))])
    let parts = try (0..<3).map { _ in b.transpose(try b.reshape(b.project("x", 24, 24), [n, 5, 3, 8]), [0, 2, 1, 3]) }
    let scores = b.add("MatMul", [parts[0], b.transpose(parts[1], [0, 1, 3, 2])])
    let bias = try b.floats([1, 3, 5, 5]) { Float($0 % 11) * 0.2 - 1 }
    let mask = try b.floats([1, windows, 1, 5, 5]) { $0 % 3 == 0 ? -100 : 0 }
    let apart = try b.reshape(b.add("Add", [scores, bias]), [Int64(batch), Int64(windows), 3, 5, 5])
    let masked = try b.reshape(b.add("Add", isMaskFirst ? [mask, apart] : [apart, mask]), [n, 3, 5, 5])
    _ = b.add("MatMul", [b.softmax(masked), parts[2]], output: "y")
    try expect(1, b, moving: 0)
    let kernels = try kernelsThatAgree(b.model(outputs: ["y"]), seed: 8)
    #expect(!kernels.contains { ($0 as? BinaryKernel)?.function == .add })
  }

  /// Keys' and values' heads, each repeated for those of a group of queries; one head is never copied.
  @Test(arguments: [false, true]) func repeatedHeads(areOfOneCount: Bool) throws {
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([2, 5, 24]))])
    func repeated(_ heads: Int64) throws -> String {
      let own = b.transpose(try b.reshape(b.project("x", 24, Int(8 * heads)), [2, 5, heads, 8]), [0, 2, 1, 3])
      let many = b.add(
        "Expand", [b.add("Unsqueeze", [own, try b.integers([2])]), try b.integers([2, heads, 4 / heads, 5, 8])])
      return try b.reshape(many, [2, 4, 5, 8])
    }
    let q = b.transpose(try b.reshape(b.project("x", 24, 32), [2, 5, 4, 8]), [0, 2, 1, 3])
    let k = b.transpose(try repeated(2), [0, 1, 3, 2])
    _ = b.add("MatMul", [b.softmax(b.add("MatMul", [q, k])), try repeated(areOfOneCount ? 2 : 1)], output: "y")
    try expect(1, b)
    let copies = try kernelsThatAgree(b.model(outputs: ["y"]), seed: 8).count { $0 is ExpandKernel }
    #expect(copies == (areOfOneCount ? 0 : 1))
  }

  /// Queries and keys rotated before they meet, where the projections left them.
  @Test(arguments: [1, 2], [false, true]) func rotated(batch: Int, areAnglesKnown: Bool) throws {
    let (n, length) = (Int64(batch), 5)
    var b = ModelBuilder(inputs: [("x", .float, TensorShapeProto([batch, length, 24]))])
    let quarter: String
    if areAnglesKnown {
      quarter = try b.floats([1, length, 4]) { Float($0) * 0.3 }
    } else {
      b.inputs.append(("a", .float, TensorShapeProto([1, length, 4])))
      quarter = "a"
    }
    let angles = b.add("Concat", [quarter, quarter], [AttributeProto("axis", i: -1)])
    let functions = try ["Cos", "Sin"].map { b.add("Unsqueeze", [b.add($0, [angles]), try b.integers([1])]) }
    func heads() throws -> String {
      b.transpose(try b.reshape(b.project("x", 24, 24), [n, Int64(length), 3, 8]), [0, 2, 1, 3])
    }
    let q = try b.rotated(heads(), functions[0], functions[1], half: 4)
    let k = try b.rotated(heads(), functions[0], functions[1], half: 4)
    let scores = b.add("MatMul", [q, b.transpose(k, [0, 1, 3, 2])])
    _ = b.add("MatMul", [b.softmax(scores), try heads()], output: "y")
    // With angles from outside, half of them is cut off, once for all cosines and sines.
    try expect(1, b, moving: areAnglesKnown ? 0 : 1)
    let kernels = try kernelsThatAgree(b.model(outputs: ["y"]), seed: 8)
    #expect(kernels.count { $0 is RotaryEmbeddingKernel } == 2)
    #expect(!kernels.contains { $0 is ConcatKernel } || !areAnglesKnown)
  }
}
