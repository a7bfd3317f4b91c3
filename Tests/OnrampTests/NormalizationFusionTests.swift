import Onramp
import Testing

/// What becomes one normalization, and what must not.
@Suite struct NormalizationFusionTests {
  /// How a model says that it divides by a root.
  enum Division: CaseIterable {
    case quotient, reciprocal, inverse, power
  }

  /// A normalization of "x" as a model spells it out.
  private struct Spelling {
    var division = Division.quotient
    var isCentered = true
    /// Whether squares are products, not powers.
    var isProduct = false
    var axes: [Int64] = [-1]
    /// Of the mean square; the mean is always over `axes`.
    var squareAxes: [Int64]?

    func add(to b: inout ModelBuilder) throws -> String {
      let keep = [AttributeProto("keepdims", i: 1)]
      let mean = b.add("ReduceMean", ["x", try b.integers(axes)], keep)
      // Some exporters write the difference twice.
      let base = isCentered ? b.add("Sub", ["x", mean]) : "x"
      let twin = isCentered ? b.add("Sub", ["x", mean]) : "x"
      let square = isProduct ? b.add("Mul", [twin, twin]) : b.add("Pow", [twin, try b.floats([]) { _ in 2 }])
      let meanSquare = b.add("ReduceMean", [square, try b.integers(squareAxes ?? axes)], keep)
      let sum = b.add("Add", [meanSquare, try b.floats([]) { _ in 1e-3 }])
      switch division {
      case .quotient: return b.add("Div", [base, b.add("Sqrt", [sum])])
      case .reciprocal: return b.add("Mul", [b.add("Reciprocal", [b.add("Sqrt", [sum])]), base])
      case .inverse: return b.add("Mul", [base, b.add("Div", [try b.floats([]) { _ in 1 }, b.add("Sqrt", [sum])])])
      case .power: return b.add("Mul", [base, b.add("Pow", [sum, try b.floats([]) { _ in -0.5 }])])
      }
    }
  }

  /// Runs a model compiled and by the reference path, and expects equal outputs.
  ///
  /// - Returns: the names of the kernels that are called.
  private func kernels(_ b: ModelBuilder, outputs: [String] = ["y"], seed: UInt64 = 9) throws -> [String] {
    try kernelsThatAgree(b.model(outputs: outputs), seed: seed).map { "\(type(of: $0))" }
  }

  private func builder(_ shape: [Int]) -> ModelBuilder {
    ModelBuilder(inputs: [("x", .float, TensorShapeProto(shape))])
  }

  @Test(arguments: Division.allCases, [false, true])
  func spellings(division: Division, isCentered: Bool) throws {
    let operators = isCentered ? "LayerNormalizationKernel" : "RMSNormalizationKernel"
    for (seed, shape) in [[3], [5, 7], [2, 1, 33], [2, 3, 5, 65], [0, 6], [4, 1]].enumerated() {
      for isProduct in [false, true] {
        for decorations in 0...2 {
          var b = builder(shape)
          var y = try Spelling(division: division, isCentered: isCentered, isProduct: isProduct).add(to: &b)
          let size = [shape[shape.count - 1]]
          if decorations > 0 { y = b.add("Mul", [try b.floats(size) { Float($0 % 7) * 0.3 - 1 }, y]) }
          if decorations > 1 { y = b.add("Add", [y, try b.floats(size) { Float($0 % 5) - 2 }]) }
          _ = b.add("Identity", [y], output: "y")
          let names = try kernels(b, seed: UInt64(seed)).filter { $0 != "IdentityKernel" }
          // Root-mean-square normalization shifts nothing.
          #expect(names == (isCentered || decorations < 2 ? [operators] : [operators, "BinaryKernel"]), "\(shape)")
        }
      }
    }
  }

  /// Over several dimensions; with a scale that the model has as an input.
  @Test func severalDimensions() throws {
    var b = builder([2, 3, 5, 7])
    b.inputs.append(("s", .float, TensorShapeProto([5, 7])))
    _ = b.add("Mul", [try Spelling(axes: [3, -2]).add(to: &b), "s"], output: "y")
    #expect(try kernels(b) == ["LayerNormalizationKernel"])
  }

  /// x · (scale / √variance) + (bias - mean · (scale / √variance)).
  @Test(arguments: [false, true]) func meanTakenOffLast(isScaled: Bool) throws {
    var b = builder([2, 5, 33])
    let last = try b.integers([-1])
    let mean = b.add("ReduceMean", ["x", last])
    let difference = b.add("Sub", ["x", mean])
    let variance = b.add("ReduceMean", [b.add("Mul", [difference, difference]), last])
    var factor = b.add("Reciprocal", [b.add("Sqrt", [b.add("Add", [variance, try b.floats([]) { _ in 1e-3 }])])])
    if isScaled { factor = b.add("Mul", [factor, try b.floats([33]) { Float($0 % 7) * 0.3 }]) }
    let shift = b.add("Sub", [try b.floats([33]) { Float($0 % 5) - 2 }, b.add("Mul", [mean, factor])])
    _ = b.add("Add", [b.add("Mul", ["x", factor]), shift], output: "y")
    #expect(try kernels(b) == ["LayerNormalizationKernel"])
  }

  /// Casts that change nothing are in nobody's way, and the sum before is one with the product.
  @Test func residualsAndIdleCasts() throws {
    var b = builder([2, 5, 24])
    let float = [AttributeProto("to", i: Int(ElementType.float.rawValue))]
    let sum = b.add("Add", [try b.project("x", 24, 24), "x"])
    let cast = b.add("Cast", [sum], float)
    let square = b.add("Pow", [cast, try b.floats([]) { _ in 2 }])
    let mean = b.add("ReduceMean", [square, try b.integers([-1])])
    let root = b.add("Sqrt", [b.add("Add", [mean, try b.floats([]) { _ in 1e-3 }])])
    let normal = b.add("Cast", [b.add("Mul", [cast, b.add("Reciprocal", [root])])], float)
    let scaled = b.add("Mul", [try b.floats([24]) { Float($0 % 7) * 0.3 }, normal])
    _ = b.add("Add", [try b.project(scaled, 24, 24), sum], output: "y")
    #expect(try kernels(b) == ["MatMulKernel", "RMSNormalizationKernel", "MatMulKernel"])
  }

  @Test func nearMisses() throws {
    func expectNone(_ spelling: Spelling, _ shape: [Int] = [2, 3, 7]) throws {
      var b = builder(shape)
      _ = b.add("Identity", [try spelling.add(to: &b)], output: "y")
      #expect(try !kernels(b).contains { $0.hasSuffix("NormalizationKernel") })
    }
    // Not over the last dimensions; squares of other rows than are divided.
    try expectNone(Spelling(axes: [1]))
    try expectNone(Spelling(axes: [0, 2]))
    try expectNone(Spelling(isCentered: false, squareAxes: [0]))
    // The mean of other dimensions than the squares': what is normalized is the difference.
    var b = builder([2, 3, 7])
    _ = b.add("Identity", [try Spelling(axes: [1], squareAxes: [-1]).add(to: &b)], output: "y")
    #expect(try kernels(b).contains("RMSNormalizationKernel"))
    // What lies between is an output too; a scale of other extents stays apart.
    b = builder([2, 3, 7])
    let y = try Spelling().add(to: &b)
    _ = b.add("Mul", [y, try b.floats([7]) { Float($0) }], output: "y")
    #expect(try kernels(b, outputs: ["y", y]) == ["LayerNormalizationKernel", "BinaryKernel"])
    b = builder([2, 3, 7])
    _ = b.add("Mul", [try Spelling().add(to: &b), try b.floats([3, 7]) { Float($0) }], output: "y")
    #expect(try kernels(b) == ["LayerNormalizationKernel", "BinaryKernel"])
  }
}
