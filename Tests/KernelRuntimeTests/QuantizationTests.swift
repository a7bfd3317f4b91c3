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
}
