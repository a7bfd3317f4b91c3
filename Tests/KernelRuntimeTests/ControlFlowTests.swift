import Foundation
import KernelRuntime
import Testing

@Suite struct ControlFlowTests {
  private let threads = try! ThreadPool(threads: 1)

  private func run(_ kernel: any Kernel, _ operands: [RuntimeValue?], count: Int) throws -> [RuntimeValue] {
    var program = Program()
    let slots = operands.map { $0.map { _ in program.input(nil) } }
    let results = program.call(kernel, slots, wanted: Array(repeating: true, count: count))
    program.setOutputs(results.compactMap { $0 })
    // Through a plan's form and back, so that what is stored is what is run.
    let data = try JSONEncoder().encode(program)
    let stored = try JSONDecoder().decode(Program.self, from: data)
    return try Executor(stored).run(operands.compactMap { $0 }, threads: threads)
  }

  private func tensor(_ elements: [Int64], _ shape: [Int]) throws -> RuntimeValue {
    .tensor(try Tensor(elements, shape: shape))
  }

  private func flag(_ value: Bool) throws -> RuntimeValue { .tensor(try Tensor(scalar: value)) }

  /// Takes two tensors and gives their sum twice.
  private func sumBody(leading: Int, captures: Int) -> NestedProgram {
    var program = Program()
    let inputs = (0..<(leading + 2)).map { _ in program.input(nil) }
    let sum = program.call(BinaryKernel(function: .add), [inputs[leading], inputs[leading + 1]])[0]
    // A loop's body goes on as long as it is told to.
    program.setOutputs((leading == 2 ? [inputs[1]] : []) + [sum, sum].compactMap { $0 })
    return NestedProgram(program, captureCount: captures)
  }

  @Test func ifRunsOneBranch() throws {
    var first = Program()
    let a = first.input(nil)
    first.setOutputs([a])
    var second = Program()
    let b = second.input(nil)
    second.setOutputs([b])
    let kernel = IfKernel(
      then: NestedProgram(first, captureCount: 1), else: NestedProgram(second, captureCount: 1))
    let operands = [try tensor([0], []), try tensor([1], [])]
    #expect(try run(kernel, [flag(true)] + operands, count: 1)[0].tensor?.integers == [1])
    #expect(try run(kernel, [flag(false)] + operands, count: 1)[0].tensor?.integers == [0])
  }

  @Test func loopCarriesAndStacks() throws {
    let kernel = LoopKernel(sumBody(leading: 2, captures: 1), scanOutputs: [ScanOutput(TensorSpec(.int64, [2]))])
    let operands = [try tensor([3], []), nil, try tensor([0, 10], [2]), try tensor([1, 2], [2])]
    let results = try run(kernel, operands, count: 2).map(\.tensor)
    #expect(results[0]?.integers == [3, 16])
    #expect(results[1]?.shape == [3, 2])
    #expect(results[1]?.integers == [1, 12, 2, 14, 3, 16])
  }

  @Test func loopWithoutRoundsGivesWhatItWasGiven() throws {
    let kernel = LoopKernel(sumBody(leading: 2, captures: 1), scanOutputs: [ScanOutput(TensorSpec(.int64, [2]))])
    let operands = [nil, try flag(false), try tensor([0, 10], [2]), try tensor([1, 2], [2])]
    let results = try run(kernel, operands, count: 2).map(\.tensor)
    #expect(results[0]?.integers == [0, 10])
    #expect(results[1]?.shape == [0, 2])
  }

  /// With a number of rounds and no condition, ONNX wants what the body says to be ignored.
  @Test(arguments: [(false, 3), (true, 1)]) func loopOfAFixedNumberOfRounds(_ asks: Bool, _ expected: Int) throws {
    var program = Program()
    let inputs = (0..<3).map { _ in program.input(nil) }
    let stop = program.constant(try Tensor(scalar: false))
    let one = program.constant(try Tensor(scalar: Int64(1)))
    let next = program.call(BinaryKernel(function: .add), [inputs[2], one])[0]
    program.setOutputs([stop, next].compactMap { $0 })
    let kernel = LoopKernel(NestedProgram(program, captureCount: 0), scanOutputs: [])
    let operands = [try tensor([3], []), asks ? try flag(true) : nil, try tensor([0], [])]
    #expect(try run(kernel, operands, count: 1)[0].tensor?.integers == [expected])
  }

  @Test(arguments: [(false, false, [1, 3, 6, 4, 9, 15]), (true, false, [3, 5, 6, 6, 11, 15])])
  func scanWalksAlongAnAxis(_ isReversed: Bool, _ outReversed: Bool, _ expected: [Int]) throws {
    let kernel = ScanKernel(
      sumBody(leading: 0, captures: 0), scanInputs: [.init(axis: 1, isReversed: isReversed)],
      scanOutputs: [ScanOutput(TensorSpec(.int64, [2]), axis: 1, isReversed: outReversed)])
    let operands = [try tensor([0, 0], [2]), try tensor([1, 2, 3, 4, 5, 6], [2, 3])]
    let results = try run(kernel, operands, count: 2).map(\.tensor)
    #expect(results[0]?.integers == [6, 15])
    #expect(results[1]?.shape == [2, 3])
    #expect(results[1]?.integers == expected)
  }

  @Test func sequenceMapRunsForEachElement() throws {
    var body = Program()
    let (x, y) = (body.input(nil), body.input(nil))
    body.setOutputs(body.call(BinaryKernel(function: .add), [x, y]).compactMap { $0 })
    let sequence = RuntimeValue.sequence([try tensor([1], [1]), try tensor([2, 3], [2])])
    let kernel = SequenceMapKernel(NestedProgram(body, captureCount: 0))
    let results = try run(kernel, [sequence, try tensor([10], [])], count: 1)
    #expect(results[0].sequence?.compactMap { $0.tensor?.integers } == [[11], [12, 13]])
  }

  @Test func sequencesAreSplitAndJoined() throws {
    let x = try tensor([1, 2, 3, 4, 5], [5])
    let parts = try run(SplitToSequenceKernel(), [x, try tensor([2], [])], count: 1)[0]
    #expect(parts.sequence?.compactMap { $0.tensor?.integers } == [[1, 2], [3, 4], [5]])
    #expect(try run(ConcatFromSequenceKernel(axis: 0), [parts], count: 1)[0].tensor?.integers == [1, 2, 3, 4, 5])
    #expect(try run(SequenceAtKernel(), [parts, try tensor([-1], [])], count: 1)[0].tensor?.integers == [5])
    #expect(throws: RunError.self) { try run(SequenceAtKernel(), [parts, try tensor([3], [])], count: 1) }
    let longer = try run(SequenceInsertKernel(), [parts, x, try tensor([0], [])], count: 1)[0]
    #expect(try run(SequenceLengthKernel(), [longer], count: 1)[0].tensor?.integers == [4])
    let elements = try run(SplitToSequenceKernel(keepDims: false), [x], count: 1)[0]
    #expect(elements.sequence?.first?.tensor?.shape == [])
    #expect(try run(ConcatFromSequenceKernel(axis: 0, newAxis: true), [elements], count: 1)[0].tensor?.shape == [5])
  }

  @Test func brokenProgramsAreRefused() throws {
    var program = Program()
    let x = program.input(nil)
    program.setOutputs([x])
    let text = String(decoding: try JSONEncoder().encode(program), as: UTF8.self)
    // One slot, one input, which is it, of any type; no constants, no kernels, no calls; one output, which is it too.
    try #require(text == "[1,1,0,null,0,[],0,1,0]")
    for broken in ["[1,1,0,null,0,[],0,1,1]", "[2,1,0,null,0,[],0,1,0]", "[1,99,0,null,0,[],0,1,0]"] {
      let broken = Data(broken.utf8)
      #expect(throws: KernelError.self) { try JSONDecoder().decode(Program.self, from: broken) }
    }
  }
}
