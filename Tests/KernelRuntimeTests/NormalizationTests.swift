import KernelRuntime
import Testing

@Suite struct NormalizationTests {
  /// The scale's type is the result's.
  @Test func rootMeanSquareOfMixedTypes() throws {
    let x = try Tensor([Half(compute: 3), Half(compute: -3)], shape: [2])
    let scale = try Tensor([Float(2), 4], shape: [2])
    #expect(floats(try RMSNormalizationKernel(epsilon: 0).evaluate([x, scale], threads: threads)[0]) == [2, -4])
  }
}
