import KernelRuntime
import Testing

/// Transposed convolutions with channels last against the plain ones with channels first.
@Suite struct ChannelsLastConvTransposeTests {
  /// What follows in the same kernel.
  private struct Epilogue {
    var limits: (low: Float?, high: Float?) = (nil, nil)
    var activation: UnaryKernel?
  }

  /// Convolves small integers both ways and compares.
  ///
  /// - Parameters:
  ///   - shape: of the input with channels first.
  ///   - hasBias: whether a bias is added.
  /// - Returns: false where the plain kernel refuses its operands.
  private func compare(
    _ transpose: ConvTransposeKernel, _ shape: [Int], _ weights: [Int], _ random: inout SeededGenerator, seed: UInt64,
    hasBias: Bool = true, epilogue: Epilogue = Epilogue()
  ) throws -> Bool {
    let (x, w) = (try smallFloats(shape, &random), try smallFloats(weights, &random))
    let bias = hasBias ? try smallFloats([weights[1] * transpose.group], &random) : nil
    let plain = KernelOptions(reference: true)
    guard let sums = try? transpose.evaluate([x, w, bias], options: plain, threads: threads)[0] else { return false }
    let (low, high) = (epilogue.limits.low ?? -.infinity, epilogue.limits.high ?? .infinity)
    var expected = try Tensor(floats(sums).map { max(low, min(high, $0)) }, shape: sums.shape)
    if let activation = epilogue.activation {
      expected = try activation.evaluate([expected], options: plain, threads: threads)[0]
    }
    var fused = transpose
    (fused.low, fused.high, fused.activation) = (epilogue.limits.low, epilogue.limits.high, epilogue.activation)
    let allowed = epilogue.activation == nil ? 0 : 1e-6 * floats(expected).reduce(1) { max($0, abs($1)) }
    func check(_ result: Tensor, _ expected: Tensor, _ what: String) {
      let error = zip(floats(result), floats(expected)).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(
        result.spec == expected.spec && error <= allowed,
        "seed \(seed): \(error) for \(shape), \(weights), \(fused), \(what)")
    }
    check(try fused.evaluate([x, w, bias], threads: threads)[0], expected, "channels first")
    // The weights known in advance, then not; sums of integers are exact in any order.
    let operands = [try channelsLast(x), w, bias]
    for isConstant in [true, false] {
      let (program, inputs) = program(
        calling: ChannelsLastConvTransposeKernel(fused), operands, constants: isConstant ? [1] : [])
      let executor = try Executor(program, options: KernelOptions(), threads: threads)
      let result = try #require(try executor.run(inputs, threads: threads).first?.tensor)
      check(result, try channelsLast(expected), "constant \(isConstant)")
    }
    return true
  }

  /// Along sequences and over images, whatever the groups and attributes.
  @Test(arguments: [1, 2])
  func anyTransposedConvolution(_ rank: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    func each(_ range: ClosedRange<Int>, _ count: Int = 1) -> [Int] { (0..<rank * count).map { _ in draw(range) } }
    var count = 0
    while count < 200 {
      let group = [1, 1, 1, 2, 3, 8, 32].randomElement(using: &random) ?? 1
      let channels = group * ([1, 2, 3, 4, 7, 16, 33].randomElement(using: &random) ?? 1)
      let outputs = [1, 2, 5, 8, 16, 17, 40].randomElement(using: &random) ?? 1
      var transpose = ConvTransposeKernel(group: group, strides: each(1...4))
      if Bool.random(using: &random) { transpose.dilations = each(1...3) }
      if Bool.random(using: &random) { transpose.pads = each(0...3, 2) }
      if Bool.random(using: &random) { transpose.outputPadding = each(0...3) }
      if draw(0...3) == 0 { transpose.outputShape = each(1...25) }
      let autoPads: [AutoPad] = [.notSet, .notSet, .notSet, .sameUpper, .sameLower, .valid]
      transpose.autoPad = autoPads.randomElement(using: &random) ?? .notSet
      var epilogue = Epilogue()
      if Bool.random(using: &random) { epilogue.limits = (-20, 30) }
      if draw(0...3) == 0 { epilogue.activation = UnaryKernel(function: .hardSwish) }
      let shape = [draw(1...3), channels] + each(1...11)
      let weights = [channels, outputs] + each(1...5)
      let hasBias = Bool.random(using: &random)
      if try compare(transpose, shape, weights, &random, seed: seed, hasBias: hasBias, epilogue: epilogue) {
        count += 1
      }
    }
  }

  /// Enough lines and channels for blocks, slices of weights and rows that meet in one set of the cache.
  @Test(arguments: [
    ([1, 64, 40, 33], [64, 48, 2, 2], [2, 2], [0, 0, 0, 0]),
    ([2, 32, 17, 60], [32, 40, 4, 4], [2, 2], [1, 1, 1, 1]),
    ([1, 1024, 3, 5], [1024, 33, 3, 3], [2, 2], [1, 1, 0, 0]), ([1, 40, 300], [40, 24, 16], [8], [4, 4]),
    ([1, 96, 19, 21], [96, 16, 3, 3], [1, 1], [1, 1, 1, 1]),
  ])
  func large(_ shape: [Int], _ weights: [Int], _ strides: [Int], _ pads: [Int]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let transpose = ConvTransposeKernel(pads: pads, strides: strides)
    #expect(try compare(transpose, shape, weights, &random, seed: seed))
  }

  @Test func emptyTensors() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (shape, weights) in [
      ([0, 3, 8, 8], [3, 4, 3, 3]), ([2, 0, 5, 5], [0, 4, 3, 3]), ([1, 3, 5, 5], [3, 0, 3, 3]),
      ([1, 3, 0, 5], [3, 4, 3, 3]), ([1, 3, 0], [3, 4, 3]),
    ] {
      let transpose = ConvTransposeKernel(strides: [Int](repeating: 2, count: shape.count - 2))
      #expect(try compare(transpose, shape, weights, &random, seed: seed), "\(shape) \(weights)")
    }
  }

  @Test func whatDoesNotFit() throws {
    let x = try Tensor([Float](repeating: 0, count: 64), shape: [1, 2, 4, 8])
    let w = try Tensor([Float](repeating: 0, count: 72), shape: [8, 1, 3, 3])
    for kernel in [
      ConvTransposeKernel(group: 3), ConvTransposeKernel(group: 0), ConvTransposeKernel(pads: [1, 1]),
      ConvTransposeKernel(dilations: [.max, .max]), ConvTransposeKernel(kernelShape: [2, 2]),
      ConvTransposeKernel(pads: [.max, .max, .max, .max]), ConvTransposeKernel(strides: [0, 1]),
      ConvTransposeKernel(strides: [33, 32]), ConvTransposeKernel(outputShape: [1 << 30, 1 << 30]),
    ] {
      #expect(throws: KernelError.self, "\(kernel)") {
        try ChannelsLastConvTransposeKernel(kernel).evaluate([x, w], threads: threads)
      }
    }
    let bias = try Tensor([Float(0), 0], shape: [2])
    #expect(throws: KernelError.self) {
      try ChannelsLastConvTransposeKernel(ConvTransposeKernel()).evaluate([x, w, bias], threads: threads)
    }
  }
}
