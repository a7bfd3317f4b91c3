import KernelRuntime
import Testing

/// Products of 8-bit integers in vectors give the very numbers that plain loops give.
@Suite struct QuantizedProductTests {
  private static func bytes(_ shape: [Int], signed: Bool, _ generator: inout SeededGenerator) throws -> Tensor {
    let count = shape.reduce(1, *)
    // The ends of the range come often: their products are the greatest.
    func number(_ range: ClosedRange<Int>) -> Int {
      [
        range.lowerBound, range.upperBound, .random(in: range, using: &generator),
        .random(in: range, using: &generator),
      ]
      .randomElement(using: &generator) ?? 0
    }
    return signed
      ? try Tensor((0..<count).map { _ in Int8(number(-128...127)) }, shape: shape)
      : try Tensor((0..<count).map { _ in UInt8(number(0...255)) }, shape: shape)
  }

  private static func expectSame(
    _ kernel: some Kernel, _ operands: [Tensor?], _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let plain = try kernel.evaluate(operands, options: KernelOptions(reference: true), threads: threads)[0]
    let fast = try kernel.evaluate(operands, threads: threads)[0]
    #expect(fast.spec == plain.spec, "\(comment)", sourceLocation: sourceLocation)
    #expect(fast.doubles == plain.doubles, "\(comment)", sourceLocation: sourceLocation)
    // Weights and zero points that are known in advance are packed once.
    let (program, inputs) = program(calling: kernel, operands, constants: Set(1..<operands.count))
    let executor = try Executor(program, threads: threads)
    let packed = try executor.run(inputs, threads: threads)[0].tensor
    #expect(packed?.doubles == plain.doubles, "\(comment), packed", sourceLocation: sourceLocation)
  }

  @Test(arguments: 0..<24) func matrices(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var (m, k, n) = (
      Int.random(in: 1...40, using: &generator), Int.random(in: 1...70, using: &generator),
      Int.random(in: 1...70, using: &generator)
    )
    if seed % 6 == 4 { (m, k, n) = [(0, 3, 2), (3, 0, 2), (3, 2, 0)][Int(seed / 6 % 3)] }
    // Sums of so many products of the greatest numbers wrap around.
    if seed == 5 { (m, k, n) = (2, 40_000, 17) }
    let (signedA, signedB) = (Bool.random(using: &generator), Bool.random(using: &generator))
    let batch = [[], [3], [2, 2]][Int(seed % 3)]
    let bBatch = Bool.random(using: &generator) ? batch : []
    let perColumn = bBatch.isEmpty && seed % 2 == 0
    let a = try Self.bytes(batch + [m, k], signed: signedA, &generator)
    let b = try Self.bytes(bBatch + [k, n], signed: signedB, &generator)
    let zeroA = try Self.bytes([], signed: signedA, &generator)
    let zeroB = try Self.bytes(perColumn ? [n] : [], signed: signedB, &generator)
    let comment = "seed \(seed)"
    try Self.expectSame(MatMulIntegerKernel(), [a, b, zeroA, zeroB], comment)
    try Self.expectSame(MatMulIntegerKernel(), [a, b, nil, nil], comment)
    let zeroY = try Self.bytes([], signed: signedB, &generator)
    let scales = try Tensor((0..<zeroB.count).map { 0.01 + Float($0 % 7) * 0.003 }, shape: zeroB.shape)
    try Self.expectSame(
      QLinearMatMulKernel(),
      [a, try Tensor([Float(0.02)], shape: []), zeroA, b, scales, zeroB, try Tensor([Float(0.6)], shape: []), zeroY],
      comment)
  }

  @Test(arguments: 0..<24) func convolutions(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let group = [1, 1, 2, 5][Int(seed % 4)]
    let isDepthwise = seed % 4 == 3
    let (channels, outputs) = (
      isDepthwise ? 1 : Int.random(in: 1...7, using: &generator),
      isDepthwise ? Int.random(in: 1...2, using: &generator) : Int.random(in: 1...9, using: &generator)
    )
    let rank = seed % 5 == 4 ? 1 : 2
    func extents(_ range: ClosedRange<Int>, _ count: Int = rank) -> [Int] {
      (0..<count).map { _ in Int.random(in: range, using: &generator) }
    }
    let conv = ConvKernel(
      dilations: extents(1...2), group: group, pads: extents(0...2, 2 * rank), strides: extents(1...3))
    let (signedX, signedW) = (Bool.random(using: &generator), Bool.random(using: &generator))
    let batch = seed % 7 == 6 ? 0 : Int.random(in: 1...2, using: &generator)
    let x = try Self.bytes([batch, group * channels] + extents(7...25), signed: signedX, &generator)
    let w = try Self.bytes([group * outputs, channels] + extents(1...3), signed: signedW, &generator)
    let zeroX = try Self.bytes([], signed: signedX, &generator)
    let zeroW = try Self.bytes(seed % 2 == 0 ? [group * outputs] : [], signed: signedW, &generator)
    let comment = "seed \(seed)"
    try Self.expectSame(ConvIntegerKernel(conv: conv), [x, w, zeroX, zeroW], comment)
    let zeroY = try Self.bytes([], signed: signedX, &generator)
    let scales = try Tensor((0..<zeroW.count).map { 0.01 + Float($0 % 7) * 0.003 }, shape: zeroW.shape)
    let bias = try Tensor((0..<group * outputs).map { Int32($0 * 991 % 4001 - 2000) }, shape: [group * outputs])
    for bias in [nil, bias] {
      try Self.expectSame(
        QLinearConvKernel(conv: conv),
        [
          x, try Tensor([Float(0.02)], shape: []), zeroX, w, scales, zeroW, try Tensor([Float(0.3)], shape: []), zeroY,
          bias,
        ], comment)
    }
  }

  /// No channels make sums of nothing.
  @Test func nothingToMultiply() throws {
    var generator = SeededGenerator(seed: 1)
    let x = try Self.bytes([1, 0, 5, 5], signed: false, &generator)
    let w = try Self.bytes([3, 0, 3, 3], signed: true, &generator)
    try Self.expectSame(ConvIntegerKernel(), [x, w, nil, nil], "no channels")
  }

  /// To numbers of 8 bits and back, with scales for the tensor, for each place along an axis, and for blocks.
  @Test(arguments: 0..<16) func scales(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = [3, Int.random(in: 0...9, using: &generator), seed % 4 == 0 ? 5000 : 17]
    let axis = Int(seed % 3)
    let isBlocked = seed % 5 == 1
    var extents: [Int] = seed % 4 == 1 ? [] : [shape[axis]]
    if isBlocked {
      extents = shape
      extents[axis] = (shape[axis] + 1) / 2
    }
    let count = shape.reduce(1, *)
    var values = (0..<count).map { _ in Float.random(in: -400...400, using: &generator) }
    for (i, value) in [Float.nan, .infinity, -.infinity, 0.5, -0.5, 1.5, 1e30].enumerated() where i < count {
      values[i * 31 % count] = value
    }
    let x = try Tensor(values, shape: shape)
    let scales = try Tensor(
      (0..<extents.reduce(1, *)).map { _ in Float.random(in: 0.5...3, using: &generator) }, shape: extents)
    let signed = Bool.random(using: &generator)
    let zeros = try Self.bytes(extents, signed: signed, &generator)
    let block = isBlocked ? 2 : 0
    let comment = "seed \(seed)"
    try Self.expectSame(QuantizeLinearKernel(axis: axis, blockSize: block), [x, scales, zeros], comment)
    let bytes = try Self.bytes(shape, signed: signed, &generator)
    try Self.expectSame(DequantizeLinearKernel(axis: axis, blockSize: block), [bytes, scales, zeros], comment)
    try Self.expectSame(DequantizeLinearKernel(axis: axis, blockSize: block), [bytes, scales, nil], comment)
  }

  /// The range of many numbers, shared out, is that of all of them.
  @Test(arguments: [0, 1, 31, 33, 4096, 20_011]) func dynamicRange(_ count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    var values = (0..<count).map { _ in Float.random(in: -2...6, using: &generator) }
    if count > 3 { values[count / 2] = .nan }
    let results = try DynamicQuantizeLinearKernel().evaluate([Tensor(values, shape: [count])], threads: threads)
    let (low, high) = (min(0, values.filter { !$0.isNaN }.min() ?? 0), max(0, values.filter { !$0.isNaN }.max() ?? 0))
    let scale = high == low ? 1 : (high - low) / 255
    let zero = (-low / scale).rounded(.toNearestOrEven)
    #expect(floats(results[1]) == [scale])
    #expect(results[2].integers == [Int(zero)])
    let expected = values.map { $0.isNaN ? 0 : Int(min(255, max(0, ($0 / scale).rounded(.toNearestOrEven) + zero))) }
    #expect(results[0].integers == expected)
  }

  /// Columns in 2, 4 and 8 bits, few rows and many, against the same matrix spelled out.
  @Test(arguments: [2, 4, 8], [1, 3, 30]) func narrowColumns(_ bits: Int, _ rows: Int) throws {
    var generator = SeededGenerator(seed: UInt64(bits * 100 + rows))
    let (depth, columns, block) = (75, 45, 32)
    let (blocks, perByte) = (3, 8 / bits)
    let packed = try Self.bytes([columns, blocks, block / perByte], signed: false, &generator)
    let zeros = try Self.bytes([columns * ((blocks + perByte - 1) / perByte)], signed: false, &generator)
    let scales = try Tensor(
      (0..<columns * blocks).map { _ in Float.random(in: 0.5...1, using: &generator) }, shape: [columns * blocks])
    let a = try smallFloats([rows, depth], &generator)
    let bias = try smallFloats([columns], &generator)
    let kernel = MatMulNBitsKernel(depth: depth, columns: columns, bits: bits, blockSize: block)
    let result = floats(try kernel.evaluate([a, packed, scales, zeros, nil, bias], threads: threads)[0])
    let (bytes, zeroBytes) = (packed.integers ?? [], zeros.integers ?? [])
    func number(_ bytes: ArraySlice<Int>, _ i: Int) -> Int {
      bytes[bytes.startIndex + i / perByte] >> (i % perByte * bits) & (1 << bits - 1)
    }
    let zeroSize = zeroBytes.count / columns
    for (i, value) in result.enumerated() {
      let (row, n) = i.quotientAndRemainder(dividingBy: columns)
      var sum = Double(floats(bias)[n])
      for p in 0..<depth {
        let at = n * blocks + p / block
        let zero = number(zeroBytes[(n * zeroSize)...], p / block)
        let element = number(bytes[(at * (block / perByte))...], p % block) - zero
        sum += Double(floats(a)[row * depth + p]) * Double(element) * Double(floats(scales)[at])
      }
      #expect(abs(Double(value) - sum) <= 1e-5 * max(1000, abs(sum)))
    }
  }
}
