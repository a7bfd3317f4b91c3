import KernelRuntime
import Testing

/// Kernels on images with channels last against the plain ones on images with channels first.
@Suite struct ChannelsLastTests {
  private static let plain = KernelOptions(reference: true)

  private func isEqual(_ a: Tensor, _ b: Tensor, within error: Float = 0) -> Bool {
    a.spec == b.spec
      && zip(floats(a), floats(b)).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= error }
  }

  private struct Window {
    var kernel: [Int], strides: [Int], dilations: [Int], pads: [Int], autoPad: AutoPad, ceil: Bool
    /// - Parameter rank: 2 over images, 1 along sequences.
    init(_ random: inout SeededGenerator, rank: Int = 2) {
      kernel = (0..<rank).map { _ in Int.random(in: 1...9, using: &random) }
      if Bool.random(using: &random), let extent = [3, 5].randomElement(using: &random) {
        kernel = Array(repeating: extent, count: rank)
      }
      strides = (0..<rank).map { _ in Int.random(in: 1...3, using: &random) }
      dilations = Bool.random(using: &random) ? [] : (0..<rank).map { _ in Int.random(in: 1...2, using: &random) }
      pads = (0..<2 * rank).map { _ in Int.random(in: 0...3, using: &random) }
      autoPad = [.notSet, .notSet, .notSet, .sameUpper, .sameLower, .valid].randomElement(using: &random) ?? .notSet
      ceil = Bool.random(using: &random)
    }

    func depthwise(_ channels: Int, _ low: Float?, _ high: Float?) -> ConvKernel {
      ConvKernel(
        autoPad: autoPad, dilations: dilations, group: channels, pads: pads, strides: strides, low: low, high: high)
    }
  }

  private func plainly(_ conv: ConvKernel, _ operands: [Tensor?]) throws -> Tensor {
    try conv.evaluate(operands, options: Self.plain, threads: threads)[0]
  }

  private func plainly(_ activation: UnaryKernel?, of x: Tensor) throws -> Tensor {
    try activation?.evaluate([x], options: Self.plain, threads: threads)[0] ?? x
  }

  /// An image or, of rank 1, a sequence.
  private func image(_ random: inout SeededGenerator, rank: Int = 2) throws -> Tensor {
    let channels = [1, 3, 8, 16, 24, 40, 67, 130].randomElement(using: &random) ?? 1
    let extents = (0..<rank).map { _ in Int.random(in: 1...(rank == 1 ? 40 : 14), using: &random) }
    let shape = [Int.random(in: 1...2, using: &random), channels] + extents
    return try smallFloats(shape, &random)
  }

  @Test(arguments: [UnaryKernel(function: .swish), nil])
  func depthwiseConvolutions(_ activation: UnaryKernel?) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var count = 0
    while count < 200 {
      let rank = Int.random(in: 1...2, using: &random)
      let window = Window(&random, rank: rank)
      let x = try image(&random, rank: rank)
      let channels = x.shape[1]
      let w = try smallFloats([channels, 1] + window.kernel, &random)
      let b = Bool.random(using: &random) ? try smallFloats([channels], &random) : nil
      let limits: (Float?, Float?) = Bool.random(using: &random) ? (-4, 30) : (nil, nil)
      var fused = window.depthwise(channels, limits.0, limits.1)
      guard let sums = try? plainly(fused, [x, w, b]) else { continue }
      count += 1
      let expected = try plainly(activation, of: sums)
      fused.activation = activation
      let kernel = ChannelsLastDepthwiseConvKernel(fused)
      let result = try kernel.evaluate([channelsLast(x), w, b], threads: threads)[0]
      #expect(
        isEqual(result, try channelsLast(expected), within: activation == nil ? 0 : 1e-4),
        "seed \(seed), \(x.shape) \(window)")
    }
  }

  /// A pointwise convolution and a depthwise one in one pass, whatever the window and the number of rows that are made at a
  /// time.
  @Test(arguments: [UnaryKernel(function: .swish), nil])
  func expandedDepthwiseConvolutions(_ activation: UnaryKernel?) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var count = 0
    while count < 100 {
      let window = Window(&random)
      var x = try image(&random)
      if Bool.random(using: &random) {
        // More rows than are kept.
        let shape = [2, 3, Int.random(in: 30...60, using: &random), Int.random(in: 20...40, using: &random)]
        x = try smallFloats(shape, &random)
      }
      let channels = [1, 8, 24, 35].randomElement(using: &random) ?? 1
      let e = try smallFloats([channels, x.shape[1], 1, 1], &random)
      let w = try smallFloats([channels, 1] + window.kernel, &random)
      let biases = try (0..<2).map { _ in
        Bool.random(using: &random) ? try smallFloats([channels], &random) : nil
      }
      var expansion = ConvKernel(low: Bool.random(using: &random) ? 0 : nil, high: 9)
      let conv = window.depthwise(channels, -4, 30)
      let expanded = try plainly(activation, of: try plainly(expansion, [x, e, biases[0]]))
      guard let expected = try? plainly(conv, [expanded, w, biases[1]]) else { continue }
      count += 1
      expansion.activation = activation
      let kernel = ChannelsLastExpandedDepthwiseConvKernel(conv, expansion: expansion)
      let result = try kernel.evaluate([channelsLast(x), w, biases[1], e, biases[0]], threads: threads)[0]
      // What is added up in between, up to 81 products of some tens, is larger than what the limits leave.
      #expect(
        isEqual(result, try channelsLast(expected), within: activation == nil ? 0 : 1e-3),
        "seed \(seed), \(x.shape) \(channels) \(window)")
    }
  }

  /// A convolution and a max pool in one pass, whatever the two windows and the number of rows that are made at a time.
  @Test(arguments: [UnaryKernel(function: .swish), nil])
  func pooledConvolutions(_ activation: UnaryKernel?) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var count = 0
    while count < 100 {
      let (first, second) = (Window(&random), Window(&random))
      var x = try image(&random)
      if Bool.random(using: &random) {
        // More rows than are kept.
        let shape = [2, 3, Int.random(in: 50...90, using: &random), Int.random(in: 20...40, using: &random)]
        x = try smallFloats(shape, &random)
      }
      let outputs = [1, 8, 24, 35].randomElement(using: &random) ?? 1
      let w = try smallFloats([outputs, x.shape[1]] + first.kernel, &random)
      let b = Bool.random(using: &random) ? try smallFloats([outputs], &random) : nil
      var conv = first.depthwise(1, Bool.random(using: &random) ? 0 : nil, 30)
      let pool = PoolKernel(
        function: .max, kernelShape: second.kernel, strides: second.strides, dilations: second.dilations,
        pads: second.pads, autoPad: second.autoPad, ceilMode: second.ceil)
      guard let images = try? plainly(activation, of: plainly(conv, [x, w, b])),
        let expected = try? pool.evaluate([images], options: Self.plain, threads: threads)[0]
      else { continue }
      count += 1
      conv.activation = activation
      let result = try ChannelsLastPooledConvKernel(conv, pool).evaluate([channelsLast(x), w, b], threads: threads)[0]
      #expect(
        isEqual(result, try channelsLast(expected), within: activation == nil ? 0 : 1e-4),
        "seed \(seed), \(x.shape) \(outputs) \(first) \(second)")
    }
  }

  @Test(arguments: [false, true])
  func pooling(_ isMaximum: Bool) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var count = 0
    while count < 200 {
      let rank = Int.random(in: 1...2, using: &random)
      let window = Window(&random, rank: rank)
      var x = try image(&random, rank: rank)
      if isMaximum {
        // NaN and infinities among the numbers, in some images nearly nothing else.
        let rare = [0, 3, 30].randomElement(using: &random) ?? 0
        x = try Tensor(
          floats(x).map { value in
            rare == 0 || Int.random(in: 0..<rare, using: &random) > 0
              ? value : [.nan, -.infinity, .infinity].randomElement(using: &random) ?? 0
          }, shape: x.shape)
      }
      let includesPad = Bool.random(using: &random)
      let reference = PoolKernel(
        function: isMaximum ? .max : .average, kernelShape: window.kernel, strides: window.strides,
        dilations: window.dilations, pads: window.pads, autoPad: window.autoPad, ceilMode: window.ceil,
        countIncludePad: includesPad)
      guard let expected = try? reference.evaluate([x], options: Self.plain, threads: threads) else { continue }
      count += 1
      guard isMaximum else {
        let result = try ChannelsLastAveragePoolKernel(reference).evaluate([channelsLast(x)], threads: threads)[0]
        #expect(isEqual(result, try channelsLast(expected[0]), within: 1e-5), "seed \(seed), \(x.shape) \(window)")
        continue
      }
      let results = try ChannelsLastMaxPoolKernel(reference).evaluate([channelsLast(x)], threads: threads)
      #expect(isEqual(results[0], try channelsLast(expected[0])), "seed \(seed), \(x.shape) \(window)")
      // The reference counts through all images and channels.
      let pixels = x.shape[2...].reduce(1, *)
      let places =
        try permuted(expected[1], [0] + Array(2..<2 + rank) + [1], as: Int64.self).elements(as: Int64.self) ?? []
      #expect(
        results[1].elements(as: Int32.self) == places.map { $0 < 0 ? -1 : Int32(Int($0) % pixels) },
        "seed \(seed), \(x.shape) \(window)")
    }
  }

  @Test(arguments: [2, 3, 1])
  func unpooling(_ stride: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for channels in [1, 8, 24, 35, 130] {
      let x = try smallFloats([2, channels, 3 * stride + 2, 5 * stride + 2], &random)
      let pool = PoolKernel(function: .max, kernelShape: [2, 2], strides: [stride, stride])
      let unpool = MaxUnpoolKernel(kernelShape: [2, 2], strides: [stride, stride])
      let expected = try unpool.evaluate(try pool.evaluate([x], threads: threads), threads: threads)[0]
      let pairs = try ChannelsLastMaxPoolKernel(pool).evaluate([channelsLast(x)], threads: threads)
      let kernel = ChannelsLastMaxUnpoolKernel(unpool)
      #expect(isEqual(try kernel.evaluate(pairs, threads: threads)[0], try channelsLast(expected)), "seed \(seed)")
    }
  }

  /// Indices from elsewhere are taken as they are, as long as they lie in the image.
  @Test func strayIndices() throws {
    let kernel = ChannelsLastMaxUnpoolKernel(MaxUnpoolKernel(kernelShape: [2, 2], strides: [2, 2]))
    let x = try Tensor([Float(1), 2, 3, 4], shape: [1, 2, 1, 2])
    let y = try kernel.evaluate([x, Tensor([Int32(0), 7, 0, 1], shape: [1, 2, 1, 2])], threads: threads)[0]
    #expect(floats(y) == [3, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    for wrong in [-1, 8] as [Int32] {
      #expect(throws: KernelError.self) {
        try kernel.evaluate([x, Tensor([0, wrong, 0, 1], shape: [1, 2, 1, 2])], threads: threads)
      }
    }
  }

  @Test(arguments: [1, 5, 8, 24, 67])
  func normalization(_ channels: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let x = try smallFloats([2, channels, 5, 7], &random)
    let parameters = try (0..<3).map { _ in try smallFloats([channels], &random) }
    let variance = try Tensor((0..<channels).map { Float($0 + 1) }, shape: [channels])
    let expected = try BatchNormalizationKernel(low: 0, high: 9).evaluate(
      [x] + parameters + [variance], threads: threads)[0]
    let result = try ChannelsLastBatchNormalizationKernel(low: 0, high: 9).evaluate(
      [channelsLast(x)] + parameters + [variance], threads: threads)[0]
    #expect(isEqual(result, try channelsLast(expected), within: 1e-4), "seed \(seed)")
  }

  /// Parts of the channels as operands of their own, known parameters and unknown ones.
  @Test func normalizationOfParts() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (pixels, widths) in [(35, [64, 32, 32]), (3000, [5, 1, 0, 24]), (1, [7, 9]), (0, [3, 4])] {
      let parts = try widths.map { try smallFloats([1, pixels, $0], &random) }
      let channels = widths.reduce(0, +)
      var parameters = try (0..<3).map { _ in try smallFloats([channels], &random) }
      parameters.append(try Tensor((0..<channels).map { Float($0 + 1) }, shape: [channels]))
      let kernel = ChannelsLastBatchNormalizationKernel(low: 0, high: 9)
      let joined = try ConcatKernel(axis: 2).evaluate(parts, threads: threads)[0]
      let expected = try kernel.evaluate([joined] + parameters, threads: threads)[0]
      let operands = [parts[0]] + parameters + parts.dropFirst()
      let result = try kernel.evaluate(operands, threads: threads)[0]
      #expect(isEqual(result, expected), "seed \(seed), \(pixels) × \(widths)")
      let (program, inputs) = program(calling: kernel, operands)
      let late = try #require(try Executor(program, threads: threads).run(inputs, threads: threads)[0].tensor)
      #expect(isEqual(late, expected), "seed \(seed), \(pixels) × \(widths)")
    }
    let x = try smallFloats([1, 2, 3], &random)
    let ones = try Tensor([Float](repeating: 1, count: 6), shape: [6])
    for wrong in [
      try smallFloats([1, 3, 3], &random), try smallFloats([2, 3], &random), try smallFloats([1, 2, 4], &random),
    ] {
      #expect(throws: KernelError.self) {
        try ChannelsLastBatchNormalizationKernel().evaluate([x, ones, ones, ones, ones, wrong], threads: threads)
      }
    }
  }

  @Test func emptyTensors() throws {
    let none = try Tensor([Float](), shape: [0, 4, 4, 8])
    let w = try Tensor([Float](repeating: 1, count: 72), shape: [8, 1, 3, 3])
    let convolution = ChannelsLastDepthwiseConvKernel(ConvKernel(pads: [1, 1, 1, 1]))
    #expect(try convolution.evaluate([none, w], threads: threads)[0].shape == [0, 4, 4, 8])
    let pool = ChannelsLastMaxPoolKernel(PoolKernel(function: .max, kernelShape: [2, 2], strides: [2, 2]))
    let pairs = try pool.evaluate([none], threads: threads)
    #expect(pairs[0].shape == [0, 2, 2, 8])
    let unpool = ChannelsLastMaxUnpoolKernel(MaxUnpoolKernel(kernelShape: [2, 2], strides: [2, 2]))
    #expect(try unpool.evaluate(pairs, threads: threads)[0].shape == [0, 4, 4, 8])
    let channelless = try Tensor([Float](), shape: [1, 4, 4, 0])
    #expect(try pool.evaluate([channelless], threads: threads)[0].shape == [1, 2, 2, 0])
    let average = ChannelsLastAveragePoolKernel(PoolKernel(function: .average, kernelShape: [2, 2]))
    #expect(try average.evaluate([channelless], threads: threads)[0].shape == [1, 3, 3, 0])
    let nothing = try Tensor([Float](), shape: [0])
    #expect(
      try ChannelsLastBatchNormalizationKernel()
        .evaluate([channelless, nothing, nothing, nothing, nothing], threads: threads)[0].count == 0)
  }

  @Test func whatDoesNotFit() throws {
    let x = try Tensor([Float](repeating: 0, count: 64), shape: [1, 2, 4, 8])
    let w = try Tensor([Float](repeating: 0, count: 72), shape: [8, 1, 3, 3])
    for kernel: any Kernel in [
      ChannelsLastDepthwiseConvKernel(ConvKernel()),
      ChannelsLastDepthwiseConvKernel(ConvKernel(kernelShape: [2, 2], pads: [1, 1, 1, 1])),
      ChannelsLastDepthwiseConvKernel(ConvKernel(pads: [1, 1, 1])),
      ChannelsLastDepthwiseConvKernel(ConvKernel(pads: [-1, 2, 2, 2])),
      ChannelsLastMaxPoolKernel(PoolKernel(function: .max, kernelShape: [3, 3])),
      ChannelsLastMaxPoolKernel(PoolKernel(function: .max, kernelShape: [.max, .max])),
      ChannelsLastAveragePoolKernel(PoolKernel(function: .average, kernelShape: [2])),
      ChannelsLastMaxUnpoolKernel(MaxUnpoolKernel(kernelShape: [2, 2])),
    ] {
      #expect(throws: KernelError.self) { try kernel.evaluate([x, w], threads: threads) }
    }
  }

  /// Sums over axes that are not the last, in any position.
  @Test func sumsOfRows() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (shape, axes) in [
      ([1, 7, 7, 40], [1, 2]), ([2, 60, 50, 24], [1, 2]), ([3, 5, 1, 700], [1, 2]), ([4, 3, 9], [0, 1]),
      ([2, 3, 4, 5], [0, 2]), ([0, 3, 4], [1]), ([2, 0, 4], [1]), ([6, 4, 1], [1]), ([3000, 3], [0]),
    ] {
      let x = try smallFloats(shape, &random)
      let list = try Tensor(axes.map(Int64.init), shape: [axes.count])
      for function in [ReduceFunction.sum, .mean] {
        for keepDims in [false, true] {
          let kernel = ReduceKernel(function: function, keepDims: keepDims)
          let expected = try kernel.evaluate([x, list], options: Self.plain, threads: threads)[0]
          #expect(
            isEqual(try kernel.evaluate([x, list], threads: threads)[0], expected, within: 1e-6),
            "seed \(seed), \(shape) \(axes)")
        }
      }
    }
  }

  @Test func transposition() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let rank = Int.random(in: 2...5, using: &random)
      let shape = (0..<rank).map { _ in
        Int.random(in: 1...(Bool.random(using: &random) ? 5 : rank < 4 ? 70 : 9), using: &random)
      }
      let perm = (0..<rank).shuffled(using: &random)
      let x = try smallFloats(shape, &random)
      let result = try TransposeKernel(perm: perm).evaluate([x], threads: threads)[0]
      #expect(isEqual(result, try permuted(x, perm)), "seed \(seed), \(shape) \(perm)")
    }
  }

  @Test func joining() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for outer in [1, 3, 5000] {
      let widths = (0..<4).map { _ in Int.random(in: 0...(outer == 1 ? 30000 : 40), using: &random) }
      let parts = try widths.map { try smallFloats([outer, $0], &random) }
      let result = try ConcatKernel(axis: 1).evaluate(parts, threads: threads)[0]
      var expected: [Float] = []
      let elements = parts.map(floats)
      for o in 0..<outer {
        for (part, width) in zip(elements, widths) { expected += part[(o * width)..<((o + 1) * width)] }
      }
      #expect(floats(result) == expected, "seed \(seed), \(widths)")
    }
  }

  @Test func broadcasting() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for (a, b) in [
      ([2, 1, 1, 24], [2, 9, 11, 24]), ([2, 9, 11, 24], [24]), ([2, 9, 11, 1], [2, 9, 11, 24]), ([3, 1], [1, 5]),
      ([7, 1, 5000], [1, 3, 5000]), ([1], [4, 4]),
    ] {
      let (x, y) = (try smallFloats(a, &random), try smallFloats(b, &random))
      for function in [BinaryFunction.add, .sub, .mul] {
        let kernel = BinaryKernel(function: function)
        let expected = try kernel.evaluate([x, y], options: Self.plain, threads: threads)[0]
        #expect(isEqual(try kernel.evaluate([x, y], threads: threads)[0], expected), "seed \(seed), \(a) \(b)")
      }
    }
  }
}
