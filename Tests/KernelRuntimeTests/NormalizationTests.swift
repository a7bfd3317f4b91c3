import KernelRuntime
import Testing

@Suite struct NormalizationTests {
  /// Where there is no variance, nothing but the bias is left, however large the mean.
  @Test func groupsWithoutVariance() throws {
    let x = try Tensor([Float(3.3094342), -2.8740997], shape: [1, 2, 1])
    let (scale, bias) = (
      try Tensor([Float(5.25), -2.125], shape: [2]), try Tensor([Float(0.04192062), 1], shape: [2])
    )
    let result = try InstanceNormalizationKernel().evaluate([x, scale, bias], threads: threads)[0]
    #expect(floats(result) == [0.04192062, 1])
  }

  /// The scale's type is the result's.
  @Test func rootMeanSquareOfMixedTypes() throws {
    let x = try Tensor([Half(compute: 3), Half(compute: -3)], shape: [2])
    let scale = try Tensor([Float(2), 4], shape: [2])
    #expect(floats(try RMSNormalizationKernel(epsilon: 0).evaluate([x, scale], threads: threads)[0]) == [2, -4])
  }
}
