import KernelRuntime
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    (TfIdfVectorizerKernel.Mode.count, 0, [Float(2), 1, 1]), (.count, 1, [2, 1, 2]), (.weight, 1, [10, 20, 30]),
    (.product, 1, [20, 20, 60]),
  ])
  func countsOfGrams(_ mode: TfIdfVectorizerKernel.Mode, _ maxSkip: Int, _ expected: [Float]) throws {
    // Of 1 in column 0, of 2 in column 1 and of 1, 3 in column 2, which is found at a distance too.
    let kernel = TfIdfVectorizerKernel(
      mode: mode, lengths: 1...2, maxSkip: maxSkip, integers: [2, 1, 1, 3], grams: [0..<1, 1..<2, 2..<4],
      columns: [1, 0, 2], weights: [20, 10, 30])
    let x = try Tensor([Int64(1), 2, 3, 1, 3], shape: [1, 5])
    let y = try kernel.evaluate([x], threads: threads)[0]
    #expect(y.shape == [1, 3])
    #expect(floats(y) == expected)
  }
}
