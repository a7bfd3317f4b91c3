import KernelRuntime
import Testing

/// The fast kernels against the plain loops, which the option `reference` chooses.
@Suite struct LinearTests {
  static let seed = UInt64.random(in: 0...UInt64.max)

  private func compare(_ kernel: some Kernel, _ operands: [Tensor?]) throws {
    let fast = try kernel.evaluate(operands, threads: threads)
    let plain = try kernel.evaluate(operands, options: KernelOptions(reference: true), threads: threads)
    #expect(fast.map(\.spec) == plain.map(\.spec))
    #expect(zip(fast, plain).allSatisfy { floats($0) == floats($1) }, "seed \(Self.seed)")
    // Again with operand 1 packed in advance.
    let (program, inputs) = program(calling: kernel, operands, constants: [1])
    let packed = try Executor(program, threads: threads, releasingPacked: true).run(inputs, threads: threads)
    #expect(packed.first?.tensor.map { floats($0) } == floats(plain[0]), "seed \(Self.seed)")
  }

  @Test(arguments: [
    ([1, 1], [1, 1]), ([3, 5], [5, 7]), ([13, 300], [300, 65]), ([1, 600], [600, 33]), ([0, 4], [4, 3]),
    ([4, 0], [0, 3]), ([4, 3], [3, 0]), ([5], [5]), ([5], [2, 5, 3]), ([2, 3, 5], [5]), ([2, 1, 4, 5], [3, 5, 6]),
    ([3, 4, 5], [5, 2]), ([250, 17], [17, 70]), ([30, 2300], [2300, 40]),
    ([29, 1024], [1024, 70]), ([2, 20, 3072], [3072, 33]), ([7, 2048], [2048, 33]),
  ])
  func matMul(_ a: [Int], _ b: [Int]) throws {
    var generator = SeededGenerator(seed: Self.seed)
    try compare(MatMulKernel(), [smallFloats(a, &generator), smallFloats(b, &generator)])
  }

  @Test(arguments: [[], [1], [5], [7, 1], [7, 5]], [false, true])
  func gemm(_ c: [Int], _ transposed: Bool) throws {
    var generator = SeededGenerator(seed: Self.seed)
    let a = try smallFloats(transposed ? [9, 7] : [7, 9], &generator)
    let b = try smallFloats(transposed ? [5, 9] : [9, 5], &generator)
    let kernel = GemmKernel(alpha: 0.5, beta: 2, transA: transposed, transB: transposed, low: -20, high: 30)
    try compare(kernel, [a, b, smallFloats(c, &generator)])
  }

  struct ConvCase: Sendable, CustomTestStringConvertible {
    var x: [Int]
    var w: [Int]
    var kernel: ConvKernel
    init(_ x: [Int], _ w: [Int], _ kernel: ConvKernel = ConvKernel()) { (self.x, self.w, self.kernel) = (x, w, kernel) }
    var testDescription: String { "\(x) \(w)" }
  }

  @Test(arguments: [
    ConvCase([1, 1, 1], [1, 1, 1]),
    ConvCase([2, 3, 40], [5, 3, 4], ConvKernel(dilations: [2], pads: [3, 1], strides: [3])),
    ConvCase([1, 20, 9, 11], [13, 20, 1, 1]),
    ConvCase([2, 4, 9, 11], [6, 2, 3, 3], ConvKernel(group: 2, pads: [1, 1, 1, 1])),
    ConvCase([1, 30, 14, 14], [13, 30, 3, 3], ConvKernel(pads: [1, 1, 1, 1], low: 0)),
    ConvCase([1, 3, 17, 19], [4, 3, 7, 7], ConvKernel(autoPad: .sameUpper, strides: [2, 2])),
    ConvCase([1, 6, 9, 70], [12, 1, 3, 3], ConvKernel(group: 6, pads: [1, 1, 1, 1])),
    ConvCase([1, 6, 9, 10], [6, 1, 5, 3], ConvKernel(autoPad: .sameLower, group: 6, strides: [2, 2])),
    ConvCase([1, 2, 4, 5, 6], [3, 2, 2, 3, 2], ConvKernel(dilations: [1, 1, 2], pads: [0, 1, 0, 1, 0, 2])),
    ConvCase([0, 2, 4, 4], [3, 2, 2, 2]),
    ConvCase([1, 0, 4, 4], [3, 0, 2, 2]),
  ])
  func conv(_ test: ConvCase) throws {
    var generator = SeededGenerator(seed: Self.seed)
    let bias = try smallFloats([test.w[0]], &generator)
    try compare(test.kernel, [smallFloats(test.x, &generator), smallFloats(test.w, &generator), bias])
  }
}
