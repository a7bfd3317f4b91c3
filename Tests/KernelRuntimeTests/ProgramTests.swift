import Foundation
import KernelRuntime
import Testing

@Suite struct MemoryPlanTests {
  @Test(arguments: 0..<30) func blocksAliveTogetherDoNotOverlap(seed: UInt64) {
    var state = seed &+ 1
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let blocks = (0..<60).map { _ in
      let start = draw(50)
      return MemoryPlan.Block(byteCount: draw(5000), lifetime: start...start + draw(10))
    }
    let plan = MemoryPlan(blocks)
    for i in blocks.indices {
      #expect(plan.offsets[i] % 64 == 0)
      #expect(plan.offsets[i] + blocks[i].byteCount <= plan.byteCount)
      for j in 0..<i where blocks[i].lifetime.overlaps(blocks[j].lifetime) {
        let apart =
          plan.offsets[i] + blocks[i].byteCount <= plan.offsets[j]
          || plan.offsets[j] + blocks[j].byteCount <= plan.offsets[i]
        #expect(
          apart || blocks[i].byteCount == 0 || blocks[j].byteCount == 0, "seed \(seed): blocks \(i) and \(j)")
      }
    }
    #expect(plan.byteCount >= MemoryPlan.lowerBound(blocks))
  }

  @Test func aChainNeedsTwoBlocks() {
    let plan = MemoryPlan((0..<10).map { MemoryPlan.Block(byteCount: 640, lifetime: $0...$0 + 1) })
    #expect(plan.byteCount == 1280)
  }
}

@Suite struct ExecutorTests {
  let threads: ThreadPool

  init() throws { threads = try ThreadPool(threads: 2) }

  func floats(_ values: [Float]) throws -> RuntimeValue { .tensor(try Tensor(values, shape: [values.count])) }

  @Test func runsAChainAndKeepsItsInput() throws {
    var program = Program()
    let x = program.input(TensorSpec(.float, [3]))
    let a = program.call(UnaryKernel(function: .neg), [x])[0]
    let b = program.call(UnaryKernel(function: .relu), [a])[0]
    let c = program.call(BinaryKernel(function: .add), [b, x])[0]
    program.setOutputs([try #require(c)])
    let executor = try Executor(program)
    let input = try floats([-1, 0, 2])
    for _ in 0..<3 {
      let outputs = try executor.run([input], threads: threads)
      #expect(outputs[0].tensor?.elements(as: Float.self) == [0, 0, 2])
      #expect(input.tensor?.elements(as: Float.self) == [-1, 0, 2])
    }
  }

  /// Packed weights replace the constant; where their form is another processor's, there is nothing to run on.
  @Test func packedConstantsServeOneFormOnly() throws {
    var program = Program()
    let x = program.input(TensorSpec(.float, [2, 3]))
    let w = program.constant(try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2]))
    program.setOutputs([try #require(program.call(GemmKernel(), [x, w])[0])])
    let executor = try Executor(program, releasingPacked: true)
    let input = RuntimeValue.tensor(try Tensor([1, 0, 0, 0, 1, 0] as [Float], shape: [2, 3]))
    let expected: [Float] = [1, 2, 3, 4]
    #expect(try executor.run([input], threads: threads)[0].tensor?.elements(as: Float.self) == expected)

    let stored = String(decoding: try JSONEncoder().encode(executor.program), as: UTF8.self)
    let same = try JSONDecoder().decode(Program.self, from: Data(stored.utf8))
    #expect(try Executor(same).run([input], threads: threads)[0].tensor?.elements(as: Float.self) == expected)
    let renamed = stored.replacingOccurrences(of: "in panels of", with: "in other panels of")
    #expect(renamed != stored)
    let foreign = try JSONDecoder().decode(Program.self, from: Data(renamed.utf8))
    #expect(throws: RunError.self) { try Executor(foreign) }
    #expect(throws: RunError.self) { try Executor(same, options: KernelOptions(reference: true)) }
  }

  @Test func outputsOfOneRunOutliveTheNext() throws {
    var program = Program()
    let x = program.input(TensorSpec(.float, [2]))
    let y = program.call(UnaryKernel(function: .neg), [x])[0]
    program.setOutputs([try #require(y), x])
    let executor = try Executor(program)
    let first = try executor.run([floats([1, 2])], threads: threads)
    _ = try executor.run([floats([3, 4])], threads: threads)
    #expect(first[0].tensor?.elements(as: Float.self) == [-1, -2])
    #expect(first[1].tensor?.elements(as: Float.self) == [1, 2])
  }

  @Test func shapesFoundAtRunTime() throws {
    var program = Program()
    let x = program.input(nil)
    let y = program.call(UnaryKernel(function: .neg), [x])[0]
    program.setOutputs([try #require(y)])
    let executor = try Executor(program)
    for count in [0, 1, 5] {
      let outputs = try executor.run([floats(Array(repeating: 1, count: count))], threads: threads)
      #expect(outputs[0].tensor?.elements(as: Float.self) == Array(repeating: -1, count: count))
    }
  }

  @Test func refusesAnInputOfAnotherType() throws {
    var program = Program()
    let x = program.input(TensorSpec(.float, [2]))
    program.setOutputs([x])
    let executor = try Executor(program)
    #expect(throws: RunError.self) { try executor.run([floats([1])], threads: threads) }
    #expect(throws: RunError.self) { try executor.run([], threads: threads) }
  }
}

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 5]) func callsEachIndexOnce(count: Int) throws {
    let pool = try ThreadPool(threads: count)
    for n in [0, 1, 2, 7, 1000] {
      let calls = UnsafeMutablePointer<Int>.allocate(capacity: max(n, 1))
      calls.initialize(repeating: 0, count: max(n, 1))
      defer { calls.deallocate() }
      nonisolated(unsafe) let shared = calls
      pool.forEach(n) { shared[$0] += 1 }
      #expect((0..<n).allSatisfy { calls[$0] == 1 })
    }
  }

  @Test func loopsMayNest() throws {
    let pool = try ThreadPool(threads: 2)
    let calls = UnsafeMutablePointer<Int>.allocate(capacity: 16)
    calls.initialize(repeating: 0, count: 16)
    defer { calls.deallocate() }
    nonisolated(unsafe) let shared = calls
    pool.forEach(4) { i in pool.forEach(4) { j in shared[i * 4 + j] += 1 } }
    #expect((0..<16).allSatisfy { calls[$0] == 1 })
  }

  @Test func refusesNoThreads() {
    #expect(throws: KernelError.self) { try ThreadPool(threads: 0) }
  }
}
