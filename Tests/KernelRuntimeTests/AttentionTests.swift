import KernelRuntime
import Testing

@Suite struct AttentionTests {
  private func random(_ shape: [Int], _ generator: inout SeededGenerator) throws -> Tensor {
    try Tensor(
      (0..<shape.reduce(1, *)).map { _ in Float.random(in: -2...2, using: &generator) }, shape: shape)
  }

  /// A dense tensor of the dimensions batch, heads, rows and elements.
  private func dense(_ shape: [Int]) -> FusedAttentionKernel.Place {
    .init(offset: 0, strides: [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1])
  }

  /// Runs a kernel with the given operands as constants, as far as listed, and the others as inputs.
  private func run(_ kernel: any Kernel, _ operands: [Tensor], constants: Set<Int> = []) throws -> [Float] {
    let (program, inputs) = program(calling: kernel, operands, constants: constants)
    let results = try Executor(program, threads: threads).run(inputs, threads: threads)
    return try #require(results.first?.tensor.map { KernelRuntimeTests.floats($0) })
  }

  private func expect(
    _ result: [Float], equals expected: [Float], _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.count == expected.count, comment, sourceLocation: sourceLocation)
    for (a, b) in zip(result, expected) where !(abs(a - b) <= 1e-5) && !(a.isNaN && b.isNaN) {
      Issue.record("\(a) is not \(b); \(comment)", sourceLocation: sourceLocation)
      return
    }
  }

  /// Batch, query heads, key heads, queries, keys, size, value size: more keys than a block has, odd extents, none at all.
  @Test(arguments: [
    [1, 1, 1, 1, 1, 1, 1], [2, 4, 2, 7, 5, 9, 3], [1, 3, 3, 33, 300, 20, 41], [3, 2, 1, 25, 17, 64, 64],
    [1, 2, 2, 60, 513, 5, 17], [2, 2, 2, 0, 3, 4, 5], [1, 1, 1, 3, 4, 0, 2],
  ]) func matchesThePlainKernel(_ extents: [Int]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("attention: seed \(seed)")
    let comment: Comment = "seed \(seed)"
    var generator = SeededGenerator(seed: seed)
    let (b, h, g, m, n, d, e) = (
      extents[0], extents[1], extents[2], extents[3], extents[4], extents[5], extents[6]
    )
    let shapes = [[b, h, m, d], [b, g, n, d], [b, g, n, e]]
    let operands = try shapes.map { try random($0, &generator) }
    var kernel = FusedAttentionKernel(
      batch: b, heads: h, keyHeads: g, queries: m, keys: n, size: d, valueSize: e, q: dense(shapes[0]),
      k: dense(shapes[1]), v: dense(shapes[2]), scale: 0.3, blindIsZero: true)
    var plain = AttentionKernel(scale: 0.3)
    func expected(_ mask: Tensor? = nil) throws -> [Float] {
      KernelRuntimeTests.floats(try plain.evaluate(operands + (mask.map { [$0] } ?? []), threads: threads)[0])
    }
    expect(try run(kernel, operands), equals: try expected(), comment)
    (kernel.isCausal, plain.isCausal) = (true, true)
    expect(try run(kernel, operands), equals: try expected(), comment)
    (kernel.isCausal, plain.isCausal) = (false, false)

    // One mask for all heads, added, whose first query sees nothing and whose others see few; in each run or ahead.
    kernel.mask = .init(offset: 0, strides: [m * n, 0, n, 1])
    for isTriangular in [false, true] {
      let added = try Tensor(
        (0..<b * m * n).map { i -> Float in
          let (row, column) = (i / max(n, 1) % max(m, 1), i % max(n, 1))
          if isTriangular { return column > row ? -.infinity : 0 }
          return row == 0 || Int.random(in: 0...2, using: &generator) == 0
            ? -.infinity : Float.random(in: -3...3, using: &generator)
        }, shape: [b, 1, m, n])
      for constants: Set<Int> in [[], [3]] {
        expect(try run(kernel, operands + [added], constants: constants), equals: try expected(added), comment)
      }
    }
    let kept = try Tensor((0..<b * m * n).map { _ in Bool.random(using: &generator) }, shape: [b, 1, m, n])
    for constants: Set<Int> in [[], [3]] {
      expect(try run(kernel, operands + [kept], constants: constants), equals: try expected(kept), comment)
    }
  }

  /// Heads lie side by side in one tensor, queries, keys and values after one another; the result likewise.
  @Test func readsPackedOperands() throws {
    var generator = SeededGenerator(seed: 5)
    let (b, h, m, d) = (2, 3, 11, 6)
    let packed = try random([b, m, 3, h, d], &generator)
    let elements = KernelRuntimeTests.floats(packed)
    func place(_ i: Int) -> FusedAttentionKernel.Place {
      .init(offset: i * h * d, strides: [m * 3 * h * d, d, 3 * h * d, 1])
    }
    let kernel = FusedAttentionKernel(
      batch: b, heads: h, keyHeads: h, queries: m, keys: m, size: d, valueSize: d, q: place(0), k: place(1),
      v: place(2), scale: 1, perm: [0, 2, 1, 3])
    let apart = try (0..<3).map { i in
      try Tensor(
        (0..<b * m * h * d).map { elements[($0 / (h * d) * 3 + i) * h * d + $0 % (h * d)] }, shape: [b, m, h * d])
    }
    let plain = AttentionKernel(qNumHeads: h, kvNumHeads: h, scale: 1)
    let expected = try plain.evaluate(apart, threads: threads)[0]
    expect(try run(kernel, [packed, packed, packed]), equals: KernelRuntimeTests.floats(expected), "packed")
  }

  /// A query to which every key is hidden by negative infinity has no weights at all.
  @Test func blindQueriesAreNotNumbers() throws {
    let ones = try Tensor([Float](repeating: 1, count: 4), shape: [1, 1, 2, 2])
    let mask = try Tensor([-Float.infinity, -.infinity, 0, -.infinity], shape: [1, 1, 2, 2])
    let kernel = FusedAttentionKernel(
      batch: 1, heads: 1, keyHeads: 1, queries: 2, keys: 2, size: 2, valueSize: 2, q: dense([1, 1, 2, 2]),
      k: dense([1, 1, 2, 2]), v: dense([1, 1, 2, 2]), mask: dense([1, 1, 2, 2]), scale: 1)
    for constants: Set<Int> in [[], [3]] {
      let result = try run(kernel, [ones, ones, ones, mask], constants: constants)
      #expect(result[0].isNaN && result[1].isNaN)
      #expect(result[2...] == [1, 1])
    }
  }

  @Test func placesOutsideAnOperandAreRefused() throws {
    let x = try Tensor([Float](repeating: 1, count: 24), shape: [1, 2, 3, 4])
    let kernel = FusedAttentionKernel(
      batch: 1, heads: 2, keyHeads: 2, queries: 3, keys: 3, size: 4, valueSize: 4, q: dense([1, 2, 3, 4]),
      k: dense([1, 2, 3, 4]), v: dense([1, 2, 3, 4]), scale: 1)
    func refuses(_ change: (inout FusedAttentionKernel) -> Void) {
      var changed = kernel
      change(&changed)
      #expect(throws: KernelError.self) { try changed.evaluate([x, x, x], threads: threads) }
    }
    #expect(throws: Never.self) { try kernel.evaluate([x, x, x], threads: threads) }
    refuses { $0.q.offset = 1 }
    refuses { $0.k.strides[0] = -1 }
    refuses { $0.k.strides[1] = .max }
    refuses { $0.v.strides[3] = 2 }
    refuses { $0.keys = 4 }
    refuses { $0.heads = .max }
    refuses { $0.keyHeads = 0 }
    refuses { $0.size = FusedAttentionKernel.maximalSize + 1 }
    refuses { $0.perm = [0, 1, 1, 3] }
    refuses { $0.perm = [0, 1, 3, 2] }
    refuses { $0.mask = dense([1, 2, 3, 3]) }
  }
}
