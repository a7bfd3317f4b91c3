import KernelRuntime
import Testing

/// What sampling makes of elements that are no floats.
@Suite struct SamplingTests {
  private let words = try! Tensor(["a", "b", "c"], shape: [1, 1, 3])
  private let complexes = try! Tensor([Complex<Float>(0, 8), Complex(2, 4), Complex(4, -2)], shape: [1, 1, 3])

  /// At the first element, halfway to the second, at the third and outside.
  private let grid = try! Tensor([-1, -0.5, 1, 3].map { Half(compute: $0) }, shape: [1, 4, 1])

  @Test func gridsOfAllTypes() throws {
    let nearest = GridSampleKernel(mode: .nearest, alignCorners: true)
    #expect(try nearest.evaluate([words, grid], threads: threads)[0].elements() == ["a", "a", "c", ""])
    let linear = GridSampleKernel(alignCorners: true)
    #expect(throws: KernelError.self) { try linear.evaluate([words, grid], threads: threads) }
    let mixed = try linear.evaluate([complexes, grid], threads: threads)[0]
    #expect(mixed.elements() == [Complex<Float>(0, 8), Complex(1, 6), Complex(4, -2), Complex(0, 0)])
    let integers = try Tensor([Int8(1), 4, -127], shape: [1, 1, 3])
    // 2.5 rounds to even.
    #expect(try linear.evaluate([integers, grid], threads: threads)[0].integers == [1, 2, -127, 0])
    // Nothing is lost to doubles where nothing is mixed.
    let large = try Tensor([Int64.max, 0, Int64.min], shape: [1, 1, 3])
    #expect(try nearest.evaluate([large, grid], threads: threads)[0].integers == [Int.max, Int.max, Int.min, 0])
  }

  /// Many places at a time, against the plain way; some outside, far outside or nowhere.
  @Test(arguments: [GridSampleKernel.Mode.nearest, .linear, .cubic]) func samplesFloats(
    _ mode: GridSampleKernel.Mode
  ) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let rank = Int.random(in: 1...4, using: &random)
      let most = [2000, 40, 9, 4][rank - 1]
      func extents(_ range: ClosedRange<Int>) -> [Int] { (0..<rank).map { _ in Int.random(in: range, using: &random) } }
      let (batch, channels) = (Int.random(in: 1...2, using: &random), Int.random(in: 0...5, using: &random))
      let x = try smallFloats([batch, channels] + extents(1...most), &random)
      let gridShape = [batch] + extents(0...most) + [rank]
      let coordinates = (0..<gridShape.reduce(1, *)).map { _ in
        Int.random(in: 0..<50, using: &random) == 0
          ? [Float.nan, .infinity, 1e30].randomElement(using: &random) ?? 0
          : Float.random(in: -1.4...1.4, using: &random)
      }
      let kernel = GridSampleKernel(
        mode: mode, paddingMode: [.zeros, .border, .reflection].randomElement(using: &random) ?? .zeros,
        alignCorners: .random(using: &random))
      let operands = [x, try Tensor(coordinates, shape: gridShape)]
      let expected = try kernel.evaluate(operands, options: KernelOptions(reference: true), threads: threads)[0]
      let result = try kernel.evaluate(operands, threads: threads)[0]
      let error = zip(floats(result), floats(expected)).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(result.spec == expected.spec && error <= 1e-4, "seed \(seed): \(error) for \(kernel), \(x.shape)")
    }
  }

  @Test func resizesAllTypes() throws {
    let scales = try Tensor([Float(1), 1, 2], shape: [3])
    let nearest = ResizeKernel(coordinateTransformationMode: .asymmetric, nearestMode: .floor)
    #expect(
      try nearest.evaluate([words, nil, scales], threads: threads)[0].elements() == ["a", "a", "b", "b", "c", "c"])
    let linear = ResizeKernel(mode: .linear, coordinateTransformationMode: .asymmetric)
    #expect(throws: KernelError.self) { try linear.evaluate([words, nil, scales], threads: threads) }
    let mixed = try linear.evaluate([complexes, nil, scales], threads: threads)[0]
    #expect(
      mixed.elements() == [
        Complex<Float>(0, 8), Complex(1, 6), Complex(2, 4), Complex(3, 1), Complex(4, -2), Complex(4, -2),
      ])
  }

  /// Any number of neighbours, rows of any length and several axes, against the plain way.
  @Test(arguments: [ResizeKernel.Mode.nearest, .linear, .cubic]) func resizesFloats(_ mode: ResizeKernel.Mode) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let rank = Int.random(in: 1...5, using: &random)
      let shape = (0..<rank).map { _ in Int.random(in: 1...(rank < 3 ? 300 : 9), using: &random) }
      let axes = Array(shape.indices.shuffled(using: &random).prefix(3))
      let sizes = axes.map { Int64(Int.random(in: 0...3 * shape[$0], using: &random)) }
      var kernel = ResizeKernel(mode: mode, axes: axes, antialias: mode != .nearest && .random(using: &random))
      kernel.excludeOutside = mode == .cubic && .random(using: &random)
      kernel.coordinateTransformationMode =
        [.halfPixel, .alignCorners, .asymmetric, .tfCropAndResize].randomElement(using: &random) ?? .halfPixel
      kernel.extrapolationValue = 5
      let region = try Tensor(
        axes.map { _ in Float.random(in: -0.5...0.5, using: &random) }
          + axes.map { _ in Float.random(in: 0.5...1.5, using: &random) }, shape: [2 * axes.count])
      let operands = [
        try smallFloats(shape, &random), region, nil, try Tensor(sizes, shape: [sizes.count]),
      ]
      let expected = try kernel.evaluate(operands, options: KernelOptions(reference: true), threads: threads)[0]
      let result = try kernel.evaluate(operands, threads: threads)[0]
      let error = zip(floats(result), floats(expected)).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(result.spec == expected.spec && error <= 1e-4, "seed \(seed): \(error) for \(kernel), \(shape), \(sizes)")
      if mode == .nearest { #expect(floats(result) == floats(expected), "seed \(seed)") }
    }
  }

  /// A region that reaches as far to the left of the elements as they do.
  @Test func extrapolatesAllTypes() throws {
    let region = try Tensor([Float(0), 0, -1, 1, 1, 1], shape: [6])
    let sizes = try Tensor([Int64(1), 1, 3], shape: [3])
    func resized(_ x: Tensor, _ value: Double) throws -> Tensor {
      let kernel = ResizeKernel(coordinateTransformationMode: .tfCropAndResize, extrapolationValue: value)
      return try kernel.evaluate([x, region, nil, sizes], threads: threads)[0]
    }
    #expect(try resized(words, 0).elements() == ["", "a", "c"])
    #expect(throws: KernelError.self) { try resized(words, 7) }
    #expect(try resized(complexes, 7).elements() == [Complex<Float>(7, 0), Complex(0, 8), Complex(4, -2)])
    #expect(try resized(Tensor([false, true, false], shape: [1, 1, 3]), 7).elements() == [true, false, false])
  }

  @Test func complexColumnsAddUp() throws {
    let columns = try Tensor(
      [Complex<Double>(1, 2), Complex(3, 4), Complex(5, 6), Complex(7, 8)], shape: [1, 2, 2])
    let list = { (values: [Int64]) in try Tensor(values, shape: [values.count]) }
    let image = try Col2ImKernel().evaluate([columns, list([3]), list([2])], threads: threads)[0]
    #expect(image.elements() == [Complex<Double>(1, 2), Complex(8, 10), Complex(7, 8)])
  }

  /// A mask of any type is added as that number, even where the queries' type does not hold it.
  @Test(arguments: [false, true]) func masksAreOfAnyType(isMasked: Bool) throws {
    let one = try Tensor([Half(compute: 1)], shape: [1, 1, 1, 1])
    let keys = try Tensor([Half(compute: 1), Half(compute: 1)], shape: [1, 1, 2, 1])
    let values = try Tensor([Half(compute: 1), Half(compute: 3)], shape: [1, 1, 2, 1])
    let number: Int64 = isMasked ? -1_000_000_000 : 0
    for mask in [try Tensor([0, number], shape: [1, 2]), try Tensor([0, Double(number)], shape: [1, 2])] {
      let result = try AttentionKernel().evaluate([one, keys, values, mask], threads: threads)[0]
      #expect(result.doubles == [isMasked ? 1 : 2])
    }
  }
}
