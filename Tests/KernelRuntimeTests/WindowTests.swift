import KernelRuntime
import Testing

@Suite struct WindowTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var input: Int, kernel: Int, stride = 1, dilation = 1, pads = [0, 0], autoPad = AutoPad.notSet, ceil = false
    var output: Int?
    var begin = 0
    var testDescription: String { "\(input) by \(kernel)/\(stride)" }
  }

  @Test(arguments: [
    Case(input: 5, kernel: 3, output: 3),
    Case(input: 5, kernel: 3, stride: 2, pads: [1, 1], output: 3, begin: 1),
    Case(input: 6, kernel: 3, stride: 2, output: 2),
    Case(input: 6, kernel: 3, stride: 2, ceil: true, output: 3),
    // The last window would start in the padding at the end.
    Case(input: 4, kernel: 1, stride: 3, pads: [0, 1], ceil: true, output: 2),
    Case(input: 2, kernel: 2, stride: 4, pads: [0, 3], ceil: true, output: 1),
    Case(input: 5, kernel: 2, stride: 2, autoPad: .sameUpper, output: 3, begin: 0),
    Case(input: 5, kernel: 2, stride: 2, autoPad: .sameLower, output: 3, begin: 1),
    Case(input: 7, kernel: 3, dilation: 3, output: 1),
    Case(input: 5, kernel: 3, stride: 2, autoPad: .valid, output: 2),
    Case(input: 0, kernel: 3, output: 0),
    Case(input: 2, kernel: 3, output: nil),
    Case(input: 5, kernel: 3, stride: 0, output: nil),
    Case(input: 5, kernel: Int.max, dilation: Int.max, output: nil),
  ])
  func geometry(_ test: Case) throws {
    let make = { () throws(KernelError) in
      try WindowGeometry(
        input: [test.input], kernel: [test.kernel], strides: [test.stride], dilations: [test.dilation],
        pads: test.pads, autoPad: test.autoPad, ceilMode: test.ceil)
    }
    guard let output = test.output else {
      #expect(throws: KernelError.self) { try make() }
      return
    }
    let geometry = try make()
    #expect(geometry.output == [output])
    #expect(geometry.padsBegin == [test.begin])
  }

  @Test func maximaAndTheirIndices() throws {
    let x = try Tensor([Float(1), 3, 3, 0, .nan, 2, 2, 2, 5], shape: [1, 1, 3, 3])
    let results = try PoolKernel(function: .max, kernelShape: [2, 2]).evaluate([x], threads: threads)
    #expect(floats(results[0]) == [3, 3, 2, 5])
    #expect(results[1].elements(as: Int64.self) == [1, 1, 6, 8])
    let columns = try PoolKernel(function: .max, kernelShape: [2, 2], columnMajor: true)
      .evaluate([x], threads: threads)
    #expect(columns[1].elements(as: Int64.self) == [3, 3, 2, 8])
    // Unpooling puts the values back where they were.
    let y = try PoolKernel(function: .max, kernelShape: [2, 2], strides: [2, 2]).evaluate(
      [Tensor((0..<16).map(Float.init), shape: [1, 1, 4, 4])], threads: threads)
    let back = try MaxUnpoolKernel(kernelShape: [2, 2], strides: [2, 2]).evaluate(y, threads: threads)[0]
    #expect(floats(back).enumerated().allSatisfy { $1 == ([5, 7, 13, 15].contains($0) ? Float($0) : 0) })
  }

  @Test(arguments: [false, true])
  func averagesAtTheEdges(_ includesPad: Bool) throws {
    let x = try Tensor([Float](repeating: 4, count: 9), shape: [1, 1, 3, 3])
    let kernel = PoolKernel(
      function: .average, kernelShape: [2, 2], strides: [2, 2], pads: [1, 1, 0, 0], ceilMode: true,
      countIncludePad: includesPad)
    let y = floats(try kernel.evaluate([x], threads: threads)[0])
    #expect(y == (includesPad ? [1, 2, 2, 4] : [4, 4, 4, 4]))
  }

  @Test func generalDimensions() throws {
    // Three dimensions, which take the general walk, against two with an extent of 1 added.
    var generator = SeededGenerator(seed: 7)
    let x = try smallFloats([2, 3, 6, 7], &generator)
    let flat = try PoolKernel(function: .max, kernelShape: [2, 3], strides: [2, 1], pads: [1, 1, 0, 2])
      .evaluate([x], threads: threads)
    let deep = try PoolKernel(function: .max, kernelShape: [1, 2, 3], strides: [1, 2, 1], pads: [0, 1, 1, 0, 0, 2])
      .evaluate([x.reshaped([2, 3, 1, 6, 7])], threads: threads)
    #expect(floats(flat[0]) == floats(deep[0]))
    #expect(flat[1].elements(as: Int64.self) == deep[1].elements(as: Int64.self))
  }
}
