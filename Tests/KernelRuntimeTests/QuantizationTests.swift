import KernelRuntime
import Testing

@Suite struct QuantizationTests {
  /// 9.25 by the half nearest to 0.1 is 92.52, as a half 92.5, which rounds to even.
  @Test(arguments: [(ElementType?.none, 92), (.float, 93)])
  func quotientsRoundToThePrecision(_ precision: ElementType?, _ expected: Int) throws {
    let x = try Tensor([Half(compute: 9.25)], shape: [1])
    let scale = try Tensor([Half(compute: 0.1)], shape: [])
    let kernel = QuantizeLinearKernel(outputType: .int8, precision: precision)
    #expect(try kernel.evaluate([x, scale], threads: threads)[0].integers == [expected])
  }

  /// (1.5, -2) · (3 - 1, 3 - 1) is -1, of which the scales make -2; what goes beyond the range becomes its end.
  @Test func productsOfNarrowFloats() throws {
    func floats(_ type: ElementType, _ values: [Float], _ shape: [Int]) throws -> Tensor {
      try CastKernel(to: type).evaluate([Tensor(values, shape: shape)], threads: threads)[0]
    }
    func scale(_ value: Float) throws -> Tensor { try Tensor([value], shape: []) }
    let a = try floats(.float8e4m3fn, [1.5, -2], [1, 2])
    let b = try Tensor([Int8(3), 3], shape: [2, 1])
    let aZero = try floats(.float8e4m3fn, [0], [])
    let bZero = try Tensor([Int8(1)], shape: [])
    let yZero = try floats(.float8e5m2, [0], [])
    func product(_ yScale: Float) throws -> Tensor {
      try QLinearMatMulKernel().evaluate(
        [a, scale(0.5), aZero, b, scale(1), bZero, scale(yScale), yZero], threads: threads)[0]
    }
    #expect(try product(0.25).type == .float8e5m2)
    #expect(try product(0.25).doubles == [-2])
    #expect(try product(1e-9).doubles == [-57344])
  }
}
