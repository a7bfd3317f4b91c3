import KernelRuntime
import Testing

@Suite struct ElementwiseTests {
  /// Broadcasting against indexing by hand.
  @Test(arguments: [
    ([2, 3], [2, 3]), ([2, 3], []), ([], [2, 3]), ([3, 1], [1, 4]), ([2, 1, 5], [3, 1]), ([1, 4, 1, 2], [5, 1, 3, 1]),
    ([0, 3], [3]), ([2, 3, 4], [3, 4]),
  ])
  func broadcasting(_ a: [Int], _ b: [Int]) throws {
    let x = try Tensor((0..<a.reduce(1, *)).map { Int32($0) }, shape: a)
    let y = try Tensor((0..<b.reduce(1, *)).map { Int32(1000 * $0) }, shape: b)
    let sum = try BinaryKernel(function: .add).evaluate([x, y], threads: threads)[0]
    let shape = try broadcastShape([a, b])
    #expect(sum.shape == shape)
    func index(_ operand: [Int], _ coordinates: [Int]) -> Int {
      zip(operand, coordinates.suffix(operand.count)).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
    }
    let expected = (0..<shape.reduce(1, *)).map { i in
      var rest = i
      let coordinates = shape.reversed().map { extent in
        defer { rest /= extent }
        return rest % extent
      }
      let place = Array(coordinates.reversed())
      return Int32(index(a, place) + 1000 * index(b, place))
    }
    #expect(sum.elements(as: Int32.self) == expected)
  }

  @Test func shapesThatDoNotBroadcast() throws {
    let x = try Tensor([Float](repeating: 0, count: 6), shape: [2, 3])
    let y = try Tensor([Float](repeating: 0, count: 2), shape: [2])
    #expect(throws: KernelError.self) { try BinaryKernel(function: .mul).evaluate([x, y], threads: threads) }
  }

  @Test func extremesPropagateNaN() throws {
    let x = try Tensor([Float.nan, 1, 2], shape: [3])
    let y = try Tensor([Float(0), .nan, 3], shape: [3])
    for function in [BinaryFunction.min, .max] {
      let result = floats(try BinaryKernel(function: function).evaluate([x, y], threads: threads)[0])
      #expect(result[0].isNaN && result[1].isNaN && !result[2].isNaN)
    }
  }

  @Test func divisionNeverTraps() throws {
    let x = try Tensor([Int32.min, 7, -7], shape: [3])
    let y = try Tensor([Int32(-1), 0, 2], shape: [3])
    #expect(
      try BinaryKernel(function: .div).evaluate([x, y], threads: threads)[0].elements(as: Int32.self)
        == [Int32.min, 0, -3])
    #expect(
      try BinaryKernel(function: .floorRemainder).evaluate([x, y], threads: threads)[0].elements(as: Int32.self)?.last
        == 1)
  }

  @Test func negativeShiftsLeaveNothing() throws {
    let x = try Tensor([Int8(-8), 4, 4], shape: [3])
    let count = try Tensor([Int8(-1), -8, 1], shape: [3])
    for (function, expected) in [(BinaryFunction.shiftLeft, [0, 0, 8]), (.shiftRight, [-1, 0, 2])] {
      #expect(try BinaryKernel(function: function).evaluate([x, count], threads: threads)[0].integers == expected)
    }
  }

  @Test func powersOfMixedTypes() throws {
    let base = try Tensor([Int32(2), 3, -2], shape: [3])
    let exponent = try Tensor([Float(3), 2, 2], shape: [3])
    #expect(
      try BinaryKernel(function: .pow).evaluate([base, exponent], threads: threads)[0].elements(as: Int32.self)
        == [8, 9, 4])
  }

  @Test(arguments: [
    (UnaryFunction.round, [Float(-1.5), 0.5, 2.5], [Float(-2), 0, 2]),
    (.relu, [-1, 0, 2], [0, 0, 2]), (.sign, [-3, 0, 5], [-1, 0, 1]), (.hardSwish, [-4, 0, 4], [0, 0, 4]),
    (.shrink, [-1, 0.25, 1], [-1, 0, 1]), (.leakyRelu, [-100, 1, 0], [-1, 1, 0]),
  ])
  func unary(_ function: UnaryFunction, _ x: [Float], _ expected: [Float]) throws {
    let result = try UnaryKernel(function: function).evaluate([Tensor(x, shape: [3])], threads: threads)[0]
    #expect(floats(result) == expected)
  }

  @Test func remaindersThatAreZeroHaveTheDivisorsSign() throws {
    let (x, y) = (try Tensor([Float(-6), 6, -0.0], shape: [3]), try Tensor([Float(3), -3, 2], shape: [3]))
    let result = floats(try BinaryKernel(function: .floorRemainder).evaluate([x, y], threads: threads)[0])
    #expect(result == [0, 0, 0])
    #expect(result.map(\.sign) == [.plus, .minus, .plus])
  }

  /// No element of an unsigned type is below the negated bound.
  @Test func shrinksUnsigned() throws {
    let x = try Tensor([UInt16(0), 1, 2, 9], shape: [4])
    let result = try UnaryKernel(function: .shrink, parameters: [2, 1]).evaluate([x], threads: threads)[0]
    #expect(result.integers == [0, 0, 0, 8])
  }

  @Test func casts() throws {
    func cast<T: Element, R: Element>(_ values: [T], _ type: R.Type) throws -> [R]? {
      try CastKernel(to: R.elementType).evaluate([Tensor(values, shape: [values.count])], threads: threads)[0]
        .elements(as: R.self)
    }
    #expect(try cast([Float(-1.9), 2.9, 300], Int32.self) == [-1, 2, 300])
    #expect(try cast([Int32(300), -1], UInt8.self) == [44, 255])
    #expect(try cast([Float(0), 0.5, .nan], Bool.self) == [false, true, true])
    #expect(try cast(["-3.5", "1e2", "-INF"], Float.self) == [-3.5, 100, -.infinity])
    #expect(try cast([Float(1), 0.1, 1e16], String.self) == ["1.0", "0.1", "1e+16"])
    #expect(try cast([true, false], String.self) == ["True", "False"])
    #expect(throws: KernelError.self) { try cast(["one"], Float.self) }
    let narrow = try CastKernel(to: .float4e2m1).evaluate([Tensor([Float.nan, 9], shape: [2])], threads: threads)[0]
    #expect(try CastKernel(to: .float).evaluate([narrow], threads: threads)[0].doubles?.map(\.sign) == [.minus, .plus])
    let four = try CastKernel(to: .int4).evaluate([Tensor([Float(-9), 7, 8], shape: [3])], threads: threads)[0]
    #expect(four.integers == [7, 7, -8])
  }
}
