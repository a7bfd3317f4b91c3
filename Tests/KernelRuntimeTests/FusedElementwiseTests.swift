import KernelRuntime
import Testing

/// Functions in one pass against the same functions one after another.
@Suite struct FusedElementwiseTests {
  private typealias Step = FusedElementwiseKernel.Step

  private static let unary: [UnaryKernel] = [
    .abs, .neg, .sqrt, .reciprocal, .exp, .tanh, .sigmoid, .relu, .leakyRelu, .hardSigmoid, .hardSwish, .erf, .gelu,
    .geluTanh, .swish,
  ].map { UnaryKernel(function: $0) }
  private static let binary: [BinaryFunction] = [.add, .sub, .mul, .div, .min, .max]

  /// A step's function on tensors, by the function's own kernel.
  private func apply(_ function: FusedElementwiseKernel.Function, _ values: [Tensor]) throws -> Tensor {
    switch function {
    case .unary(let function, let parameters):
      return try UnaryKernel(function: function, parameters: parameters.map(Double.init))
        .evaluate(values, threads: threads)[0]
    case .binary(let function): return try BinaryKernel(function: function).evaluate(values, threads: threads)[0]
    case .clip(let low, let high):
      return try ClipKernel().evaluate(
        values + [try Tensor([low], shape: []), try Tensor([high], shape: [])], threads: threads)[0]
    }
  }

  private func isEqual(_ a: Tensor, _ b: Tensor) -> Bool {
    a.spec == b.spec && zip(floats(a), floats(b)).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
  }

  @Test(arguments: [
    [[2, 3, 5]], [[1000], [1000]], [[4, 7, 24], [24]], [[4, 7, 24], [4, 1, 24], [7, 1], [1]], [[70, 700], [70, 1]],
    [[3, 1], [1, 5]], [[2, 5000], [5000], [2, 1]], [[], []], [[1, 1], [3, 1, 1], [5]], [[0, 3], [3]],
    [[6, 200, 3], [1, 200, 1], [6, 1, 3]], [[40_000], []], [[513, 2], [2]], [[2, 3, 4, 5], [3, 1, 5], [2, 1, 1, 1]],
  ])
  func anySteps(_ shapes: [[Int]]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let operands = try shapes.map { shape in
        try Tensor(
          (0..<shape.reduce(1, *)).map { _ in Float.random(in: -6...6, using: &random) }, shape: shape)
      }
      let constants = (0..<2).map { _ in Float.random(in: -3...3, using: &random) }
      // All operands first, so that the result has its shape; then whatever comes.
      var values = operands
      values += try constants.map { try Tensor([$0], shape: []) }
      var steps: [Step] = []
      func add(_ function: FusedElementwiseKernel.Function, _ arguments: [Int]) throws {
        steps.append(Step(function, arguments))
        values.append(try apply(function, arguments.map { values[$0] }))
      }
      for i in operands.indices.dropFirst() {
        let function = Self.binary.randomElement(using: &random) ?? .add
        let other = i == 1 ? 0 : values.count - 1
        try add(.binary(function), Bool.random(using: &random) ? [other, i] : [i, other])
      }
      let firstWhole = operands.count == 1 ? 0 : values.count - 1
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        func any() -> Int {
          [values.count - 1, firstWhole, Int.random(in: 0..<values.count, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        let last = steps.isEmpty ? 0 : values.count - 1
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
          let kernel = Self.unary.randomElement(using: &random) ?? Self.unary[0]
          try add(.unary(kernel.function, parameters: kernel.parameters.map { Float($0) }), [last])
        case 2: try add(.clip(low: -1, high: 2), [last])
        default:
          let function = Self.binary.randomElement(using: &random) ?? .add
          try add(.binary(function), Bool.random(using: &random) ? [last, any()] : [any(), last])
        }
      }
      let kernel = FusedElementwiseKernel(constants: constants, steps: steps)
      let result = try kernel.evaluate(operands, threads: threads)[0]
      let expected = try #require(values.last)
      #expect(isEqual(result, expected), "seed \(seed), \(shapes), \(steps)")
    }
  }

  @Test func whatDoesNotFit() throws {
    let x = try Tensor([Float(1), 2], shape: [2])
    let add = FusedElementwiseKernel.Function.binary(.add)
    for (operands, steps) in [
      ([x], []), ([x], [Step(add, [0])]), ([x], [Step(add, [0, 1])]), ([x], [Step(add, [-1, 0])]),
      ([x], [Step(.binary(.pow), [0, 0])]), ([x], [Step(.unary(.sin, parameters: []), [0])]),
      ([x, x, x, x, x], [Step(add, [0, 1])]), ([], [Step(add, [0, 0])]),
      ([x], Array(repeating: Step(add, [0, 0]), count: 17)),
      ([x, try Tensor([1, 2, 3], shape: [3])], [Step(add, [0, 1])]),
    ] as [([Tensor], [Step])] {
      #expect(throws: KernelError.self) {
        try FusedElementwiseKernel(constants: [], steps: steps).evaluate(operands, threads: threads)
      }
    }
  }
}
