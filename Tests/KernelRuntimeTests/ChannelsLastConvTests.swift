import KernelRuntime
import Testing

/// Convolutions of images with channels last against the plain one of images with channels first.
@Suite struct ChannelsLastConvTests {
  /// What follows a convolution in the same kernel.
  private struct Epilogue {
    var bias = false
    var addend = false
    var limits: (low: Float?, high: Float?) = (nil, nil)
    var activation: UnaryKernel?

    init() {}

    init(_ random: inout SeededGenerator) {
      bias = Bool.random(using: &random)
      addend = Bool.random(using: &random)
      if Bool.random(using: &random) {
        limits = [(0, nil), (-30, 200), (nil, 100)].randomElement(using: &random) ?? (nil, nil)
      }
      if Int.random(in: 0..<4, using: &random) == 0 { activation = UnaryKernel(function: .hardSwish) }
    }
  }

  /// Convolves small integers both ways and compares.
  ///
  /// - Parameters:
  ///   - shape: of the image with channels first.
  ///   - winograd: whether Winograd's algorithm must be at work, or must not; nil for whatever the kernel chooses.
  /// - Returns: false where the plain convolution refuses its operands.
  private func compare(
    _ conv: ConvKernel, _ shape: [Int], _ weights: [Int], _ epilogue: Epilogue, _ random: inout SeededGenerator,
    seed: UInt64, winograd: Bool? = nil
  ) throws -> Bool {
    let (x, w) = (try smallFloats(shape, &random), try smallFloats(weights, &random))
    let bias = epilogue.bias ? try smallFloats([weights[0]], &random) : nil
    let plain = KernelOptions(reference: true)
    guard var expected = try? conv.evaluate([x, w, bias], options: plain, threads: threads)[0] else { return false }
    let addend = epilogue.addend ? try smallFloats(expected.shape, &random) : nil
    if let addend {
      expected = try BinaryKernel(function: .add).evaluate([expected, addend], options: plain, threads: threads)[0]
    }
    // Winograd's sums round, whatever is left of them between limits.
    let largest = floats(expected).reduce(1) { max($0, abs($1)) }
    let (low, high) = (epilogue.limits.low ?? -.infinity, epilogue.limits.high ?? .infinity)
    expected = try Tensor(floats(expected).map { max(low, min(high, $0)) }, shape: expected.shape)
    if let activation = epilogue.activation {
      expected = try activation.evaluate([expected], options: plain, threads: threads)[0]
    }
    expected = try channelsLast(expected)

    var fused = conv
    (fused.low, fused.high, fused.activation) = (epilogue.limits.low, epilogue.limits.high, epilogue.activation)
    let kernel = ChannelsLastConvKernel(fused)
    let operands = [try channelsLast(x), w, bias, try addend.map(channelsLast)]
    // The weights known in advance, then not; sums of integers are exact in any order.
    for (isConstant, exact) in [(true, false), (true, true), (false, false)] {
      let (program, inputs) = program(calling: kernel, operands, constants: isConstant ? [1] : [])
      let executor = try Executor(program, options: KernelOptions(exact: exact), threads: threads)
      let isWinograd = program.constants.first?.value.packedForms.contains { $0.name.contains("points") } ?? false
      let result = try #require(try executor.run(inputs, threads: threads).first?.tensor)
      let error = zip(floats(result), floats(expected)).reduce(0) { max($0, abs($1.0 - $1.1)) }
      let allowed = (isWinograd && !exact ? 2e-5 * largest : 0) + (epilogue.activation == nil ? 0 : 1e-6 * largest)
      #expect(
        result.spec == expected.spec && error <= allowed,
        "seed \(seed): \(error) for \(shape), \(weights), \(fused), constant \(isConstant), exact \(exact)")
      if isConstant, !exact, let winograd { #expect(isWinograd == winograd, "\(shape) \(weights)") }
    }
    return true
  }

  /// What is infinite in one group is none of the others' business.
  @Test func infiniteGroup() throws {
    let x = try Tensor((0..<72).map { $0 < 18 ? Float.infinity : 1 }, shape: [1, 8, 3, 3])
    let w = try Tensor([Float](repeating: 1, count: 16), shape: [8, 2, 1, 1])
    let expected = (0..<9).flatMap { _ in [Float](repeating: .infinity, count: 2) + [Float](repeating: 2, count: 6) }
    let conv = try ChannelsLastConvKernel(ConvKernel(group: 4)).evaluate([try channelsLast(x), w], threads: threads)
    #expect(floats(conv[0]) == expected)
    let transpose = ChannelsLastConvTransposeKernel(ConvTransposeKernel(group: 4))
    #expect(floats(try transpose.evaluate([try channelsLast(x), w], threads: threads)[0]) == expected)
  }

  /// Along sequences and over images, whatever the groups.
  @Test(arguments: [1, 2])
  func anyConvolution(_ rank: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    var count = 0
    while count < 200 {
      let group = [1, 1, 1, 2, 3, 8, 12, 32].randomElement(using: &random) ?? 1
      let channels = group * ([1, 2, 3, 4, 7, 16, 33].randomElement(using: &random) ?? 1)
      let outputs = group * ([1, 2, 5, 8, 16, 17, 40, 65].randomElement(using: &random) ?? 1)
      var conv = ConvKernel(group: group)
      func each(_ range: ClosedRange<Int>, _ count: Int = 1) -> [Int] { (0..<rank * count).map { _ in draw(range) } }
      conv.strides = each(1...3)
      if Bool.random(using: &random) { conv.dilations = each(1...3) }
      if Bool.random(using: &random) { conv.pads = each(0...3, 2) }
      let autoPads: [AutoPad] = [.notSet, .notSet, .notSet, .sameUpper, .sameLower, .valid]
      conv.autoPad = autoPads.randomElement(using: &random) ?? .notSet
      let shape = [draw(1...3), channels] + each(1...15)
      let weights = [outputs, channels / group] + each(1...5)
      if try compare(conv, shape, weights, Epilogue(&random), &random, seed: seed) { count += 1 }
    }
  }

  @Test func pointwise() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (shape, outputs) in [
      ([1, 1, 1, 1], 1), ([2, 24, 7, 5], 144), ([1, 960, 7, 7], 160), ([3, 130, 1, 1], 10), ([1, 16, 112, 13], 96),
      ([1, 1280, 1, 1], 1000),
      // So many channels that they are multiplied in slices, and rows that meet in one set of the cache.
      ([1, 2500, 7, 9], 40), ([1, 1024, 9, 7], 65), ([2, 3072, 5, 6], 33),
    ] {
      for stride in [1, 2] {
        let conv = ConvKernel(strides: [stride, stride])
        #expect(try compare(conv, shape, [outputs, shape[1], 1, 1], Epilogue(&random), &random, seed: seed))
      }
    }
  }

  /// The first layers of image models: windows of few channels, whose rows are one piece.
  @Test(arguments: [1, 2, 3, 4])
  func fewChannels(_ channels: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (kernel, stride, pads) in [
      (7, 2, [3, 3, 3, 3]), (3, 2, [0, 0, 1, 1]), (3, 1, [1, 1, 1, 1]), (5, 3, [2, 0, 1, 4]),
    ] {
      let conv = ConvKernel(pads: pads, strides: [stride, stride])
      let shape = [2, channels, Int.random(in: 9...40, using: &random), Int.random(in: 9...40, using: &random)]
      #expect(try compare(conv, shape, [33, channels, kernel, kernel], Epilogue(&random), &random, seed: seed))
    }
  }

  /// Extents that tiles fit and do not fit, several images and blocks, threads with blocks of their own and sharing one.
  @Test(arguments: [
    ([1, 64, 33, 33], 64, [1, 1, 1, 1]), ([2, 67, 41, 31], 75, [1, 1, 1, 1]), ([1, 64, 56, 57], 64, [0, 0, 0, 0]),
    ([1, 72, 6, 131], 90, [2, 0, 1, 2]), ([1, 64, 28, 28], 128, [1, 1, 1, 1]), ([1, 300, 40, 40], 40, [0, 1, 0, 1]),
    ([1, 128, 7, 7], 256, [1, 1, 1, 1]), ([3, 256, 14, 14], 256, [1, 1, 1, 1]), ([1, 512, 8, 8], 64, [1, 1, 1, 1]),
  ])
  func winograd(_ shape: [Int], _ outputs: Int, _ pads: [Int]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for epilogue in [Epilogue(), Epilogue(&random), Epilogue(&random)] {
      #expect(
        try compare(
          ConvKernel(pads: pads), shape, [outputs, shape[1], 3, 3], epilogue, &random, seed: seed,
          winograd: shape != [1, 128, 7, 7] && shape != [1, 512, 8, 8] ? true : nil))
    }
  }

  /// What decides where values go rounds no worse by Winograd's algorithm than by the plain sums.
  @Test(arguments: [32, 64, 256])
  func decidingConvolutions(_ channels: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    func draw(_ shape: [Int]) throws -> Tensor {
      try Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
    }
    let (x, w) = (try draw([1, channels, 28, 28]), try draw([channels, channels, 3, 3]))
    let conv = ConvKernel(pads: [1, 1, 1, 1])
    let expected = floats(
      try channelsLast(conv.evaluate([x, w], options: KernelOptions(reference: true), threads: threads)[0]))
    func error(exact: Bool) throws -> (Double, isWinograd: Bool) {
      var program = Program()
      let slots = [program.input(try channelsLast(x).spec), program.constant(w)]
      program.setOutputs(
        program.call(ChannelsLastConvKernel(conv), slots, isDeciding: true).compactMap { $0 })
      let executor = try Executor(program, options: KernelOptions(exact: exact), threads: threads)
      let isWinograd = program.constants.first?.value.packedForms.contains { $0.name.contains("16 points") } ?? false
      let result = try #require(try executor.run([.tensor(channelsLast(x))], threads: threads).first?.tensor)
      let squares = zip(floats(result), expected).map { Double($0 - $1) * Double($0 - $1) }
      return ((squares.reduce(0, +) / Double(squares.count)).squareRoot(), isWinograd)
    }
    let (plain, fast) = (try error(exact: true), try error(exact: false))
    #expect(fast.isWinograd && !plain.isWinograd)
    #expect(fast.0 <= plain.0, "seed \(seed): \(fast.0) instead of \(plain.0)")
  }

  /// Kernels of other extents, along rows, columns and sequences, and kernels whose elements lie apart.
  @Test(arguments: [
    ([1, 48, 35, 35], 64, [5, 5], [1, 1]), ([2, 67, 19, 22], 75, [5, 5], [1, 1]),
    ([1, 128, 17, 17], 128, [1, 7], [1, 1]),
    ([1, 70, 17, 19], 130, [7, 1], [1, 1]), ([2, 384, 8, 9], 384, [1, 3], [1, 1]),
    ([1, 384, 9, 8], 384, [3, 1], [1, 1]),
    ([1, 80, 23, 25], 96, [1, 5], [1, 1]), ([1, 80, 25, 23], 96, [5, 1], [1, 1]),
    ([1, 128, 33, 33], 64, [3, 3], [6, 6]),
    ([1, 64, 40, 41], 64, [3, 3], [2, 3]), ([1, 64, 31, 29], 64, [5, 5], [4, 1]), ([2, 80, 301], 384, [3], [1]),
    ([1, 128, 203], 128, [7], [5]), ([1, 128, 202], 128, [3], [27]), ([3, 96, 65], 100, [5], [2]),
  ])
  func winogradForms(_ shape: [Int], _ outputs: Int, _ kernel: [Int], _ dilations: [Int]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for epilogue in [Epilogue(), Epilogue(&random), Epilogue(&random)] {
      var pads = zip(kernel, dilations).map { ($0 - 1) * $1 / 2 }
      pads += pads.map { max(0, $0 + Int.random(in: -1...1, using: &random)) }
      #expect(
        try compare(
          ConvKernel(dilations: dilations, pads: pads), shape, [outputs, shape[1]] + kernel, epilogue, &random,
          seed: seed, winograd: true))
    }
  }

  @Test func emptyTensors() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var biased = Epilogue()
    biased.bias = true
    for (shape, weights) in [
      ([0, 3, 8, 8], [4, 3, 3, 3]), ([0, 64, 30, 30], [64, 64, 3, 3]), ([1, 0, 5, 5], [4, 0, 3, 3]),
      ([2, 0, 5, 5], [4, 0, 1, 1]), ([1, 3, 5, 5], [0, 3, 3, 3]),
    ] {
      #expect(
        try compare(ConvKernel(pads: [1, 1, 1, 1]), shape, weights, biased, &random, seed: seed), "\(shape) \(weights)")
    }
  }

  @Test func whatDoesNotFit() throws {
    let x = try Tensor([Float](repeating: 0, count: 64), shape: [1, 2, 4, 8])
    let w = try Tensor([Float](repeating: 0, count: 72), shape: [1, 8, 3, 3])
    for kernel in [
      ConvKernel(), ConvKernel(group: 3, pads: [1, 1, 1, 1]), ConvKernel(group: 0), ConvKernel(pads: [1, 1]),
      ConvKernel(dilations: [.max, .max], pads: [1, 1, 1, 1]), ConvKernel(kernelShape: [2, 2], pads: [1, 1, 1, 1]),
      ConvKernel(pads: [.max, .max, .max, .max]), ConvKernel(pads: [1, 1, 1, 1], strides: [0, 1]),
    ] {
      #expect(throws: KernelError.self) { try ChannelsLastConvKernel(kernel).evaluate([x, w], threads: threads) }
    }
    let (sequence, filter) = (try x.reshaped([1, 8, 8]), try w.reshaped([3, 8, 3]))
    for kernel in [ConvKernel(kernelShape: [1, 3]), ConvKernel(pads: [1, 1, 1, 1]), ConvKernel(strides: [1, 2])] {
      #expect(throws: KernelError.self) {
        try ChannelsLastConvKernel(kernel).evaluate([sequence, filter], threads: threads)
      }
    }
    let padded = ChannelsLastConvKernel(ConvKernel(pads: [1, 1, 1, 1]))
    let bias = try Tensor([Float(0), 0], shape: [2])
    #expect(throws: KernelError.self) { try padded.evaluate([x, w, bias], threads: threads) }
    #expect(throws: KernelError.self) { try padded.evaluate([x, w, nil, x], threads: threads) }
  }
}
