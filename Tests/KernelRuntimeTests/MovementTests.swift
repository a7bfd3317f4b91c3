import KernelRuntime
import Testing

@Suite struct MovementTests {
  private let x = try! Tensor((0..<6).map(Int32.init), shape: [2, 3])

  private func list(_ values: [Int]) throws -> Tensor { try Tensor(values.map(Int64.init), shape: [values.count]) }
  private func integers(_ kernel: some Kernel, _ operands: [Tensor?]) throws -> [Int]? {
    try kernel.evaluate(operands, threads: threads)[0].integers
  }

  @Test func transposes() throws {
    #expect(try integers(TransposeKernel(), [x]) == [0, 3, 1, 4, 2, 5])
    #expect(throws: KernelError.self) { try TransposeKernel(perm: [0, 0]).evaluate([x], threads: threads) }
  }

  @Test(arguments: [
    ([1], [3], [1], [1], [1, 2, 4, 5]), ([-1], [Int.min], [1], [-2], [2, 0, 5, 3]), ([5], [9], [0], [1], []),
    ([0], [Int.max], [-2], [1], [0, 1, 2, 3, 4, 5]),
  ])
  func slices(_ start: [Int], _ end: [Int], _ axis: [Int], _ step: [Int], _ expected: [Int]) throws {
    #expect(try integers(SliceKernel(), [x, list(start), list(end), list(axis), list(step)]) == expected)
  }

  @Test(arguments: [
    (PadMode.constant, [0, 1, 0, 1], [0, 0, 1, 2, 0, 0, 3, 4, 5, 0]),
    (.edge, [0, 0, 0, 2], [0, 1, 2, 2, 2, 3, 4, 5, 5, 5]),
    (.reflect, [0, 2, 0, 1], [2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4]),
    (.wrap, [0, 1, 0, 1], [2, 0, 1, 2, 0, 5, 3, 4, 5, 3]),
    (.constant, [-1, 0, 0, -1], [3, 4]),
  ])
  func pads(_ mode: PadMode, _ pads: [Int], _ expected: [Int]) throws {
    #expect(try integers(PadKernel(mode: mode), [x, list(pads)]) == expected)
  }

  @Test func gathers() throws {
    #expect(try integers(GatherKernel(axis: 1), [x, list([-1, 0])]) == [2, 0, 5, 3])
    #expect(throws: KernelError.self) { try integers(GatherKernel(axis: 1), [x, list([3])]) }
    let strings = try Tensor(["a", "b", "c"], shape: [3])
    #expect(try GatherKernel().evaluate([strings, list([2, 0])], threads: threads)[0].elements() == ["c", "a"])
    let indices = try Tensor([Int64(1), 0, 0], shape: [1, 3])
    #expect(try integers(GatherElementsKernel(axis: 0), [x, indices]) == [3, 1, 2])
    let updates = try Tensor([Int32(10), 20, 30], shape: [1, 3])
    #expect(
      try integers(ScatterElementsKernel(axis: 0, reduction: .add), [x, indices, updates]) == [0, 21, 32, 13, 4, 5])
    let tuples = try Tensor([Int64(1), 2, 0, -3], shape: [2, 2])
    #expect(try integers(GatherNDKernel(), [x, tuples]) == [5, 0])
  }

  @Test func complexElementsAreFoundAndSorted() throws {
    let x = try Tensor([(1, 2), (0, 0), (1, -2), (0, 3), (1, 2)].map { Complex<Float>($0.0, $0.1) }, shape: [5])
    #expect(try integers(NonZeroKernel(), [x]) == [0, 2, 3, 4])
    let results = try UniqueKernel().evaluate([x], threads: threads)
    #expect(results[1].integers == [1, 3, 2, 0])
    #expect(results[3].integers == [1, 1, 1, 2])
  }

  /// Not even where double would take them for the same.
  @Test func largeIntegersStayDifferent() throws {
    let x = try Tensor([UInt64.max, UInt64.max - 1, UInt64.max], shape: [3])
    #expect(try UniqueKernel().evaluate([x], threads: threads)[0].elements() == [UInt64.max - 1, .max])
  }

  @Test func dropsNarrowFloats() throws {
    let one: UInt8 = 0x38  // 1 as float8e4m3fn; 0x40 is 2
    let x = try Tensor(TensorSpec(.float8e4m3fn, [100])) {
      (to: UnsafeMutableRawPointer) in to.initializeMemory(as: UInt8.self, repeating: one, count: 100)
    }
    let results = try DropoutKernel(seed: 1).evaluate(
      [x, nil, Tensor(scalar: true)], threads: threads)
    let kept = try #require(results[1].integers)
    #expect((20...80).contains(kept.reduce(0, +)))
    #expect(results[0].withElements(as: UInt8.self) { Array($0) } == kept.map { $0 == 1 ? 0x40 : 0 })
  }

  @Test func joinsAndCuts() throws {
    #expect(try integers(ConcatKernel(axis: -1), [x, x]) == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    let parts = try SplitKernel(axis: 1, numOutputs: 2).evaluate([x], threads: threads)
    #expect(parts.map(\.integers) == [[0, 1, 3, 4], [2, 5]])
    #expect(try integers(TileKernel(), [x, list([1, 2])]) == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
  }

  @Test func shapesThatAFileMayClaim() throws {
    for extents in [[Int.max, 2], [-5], [1 << 40, 1 << 40, 1 << 40]] {
      #expect(throws: KernelError.self) { try ConstantOfShapeKernel().evaluate([list(extents)], threads: threads) }
      #expect(throws: KernelError.self) { try ReshapeKernel().evaluate([x, list(extents)], threads: threads) }
      #expect(throws: KernelError.self) { try ExpandKernel().evaluate([x, list(extents)], threads: threads) }
    }
    #expect(throws: KernelError.self) { try TileKernel().evaluate([x, list([Int.max, 2])], threads: threads) }
    #expect(throws: KernelError.self) { try PadKernel().evaluate([x, list([Int.max, 0, 1, 0])], threads: threads) }
  }
}
