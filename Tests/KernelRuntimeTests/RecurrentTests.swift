import KernelRuntime
import Testing

@Suite struct RecurrentTests {
  /// On halves the networks give what they give on floats, rounded at the end.
  @Test(arguments: ["GRU", "LSTM", "RNN"]) func halvesAreComputedInFloat(_ name: String) throws {
    let gates = ["GRU": 3, "LSTM": 4, "RNN": 1][name] ?? 0
    let seed = UInt64.random(in: 0...UInt64.max)
    print("\(name): seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let (steps, batch, inputs, hidden) = (4, 2, 3, 5)
    var shapes = [
      [steps, batch, inputs], [2, gates * hidden, inputs], [2, gates * hidden, hidden], [2, 2 * gates * hidden],
    ]
    shapes.append([2, batch, hidden])
    let halves = try shapes.map { shape in
      try Tensor(
        (0..<shape.reduce(1, *)).map { _ in Half(compute: .random(in: -1...1, using: &generator)) }, shape: shape)
    }
    let lengths = try Tensor([Int32(4), 2], shape: [batch])
    let kernel: any Kernel =
      switch name {
      case "GRU": GRUKernel(direction: .bidirectional)
      case "LSTM": LSTMKernel(direction: .bidirectional)
      default: RNNKernel(direction: .bidirectional)
      }
    func run(_ tensors: [Tensor]) throws -> [Tensor] {
      try kernel.evaluate(tensors[..<4] + [lengths] + tensors[4...], threads: threads)
    }
    let widened = try halves.map { try CastKernel(to: .float).evaluate([$0], threads: threads)[0] }
    let expected = try run(widened)
    let results = try run(halves)
    #expect(results.count == expected.count)
    for (result, expected) in zip(results, expected) {
      #expect(result.type == .float16)
      let rounded = try CastKernel(to: .float16).evaluate([expected], threads: threads)[0]
      #expect(result.doubles == rounded.doubles)
    }
  }

  /// Steps, batch, inputs and hidden size of LSTMs with constant weights, against the plain code: groups of steps that
  /// come out even and not, a single one, extents that fill no vector, batches that are computed together.
  @Test(arguments: [
    [1, 1, 1, 1], [13, 2, 5, 7], [16, 1, 33, 20], [9, 3, 70, 64], [0, 1, 3, 4], [7, 4, 5, 7], [1, 5, 1, 1],
    [12, 9, 33, 20], [3, 17, 70, 64], [0, 4, 3, 4], [2, 600, 9, 17],
  ])
  func packedLSTMMatchesThePlainOne(_ extents: [Int]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("LSTM: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let (steps, batch, inputs, hidden) = (extents[0], extents[1], extents[2], extents[3])
    for direction in [RecurrentDirection.forward, .reverse, .bidirectional] {
      for (isBatchFirst, isBare) in [(false, false), (true, false), (false, true)] {
        let directions = direction == .bidirectional ? 2 : 1
        func random(_ shape: [Int]) throws -> Tensor {
          try Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }, shape: shape)
        }
        let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
        let x = try random(isBatchFirst ? [batch, steps, inputs] : [steps, batch, inputs])
        let (w, r) = (
          try random([directions, 4 * hidden, inputs]), try random([directions, 4 * hidden, hidden])
        )
        let lengths = try Tensor(
          (0..<batch).map { _ in Int32.random(in: 0...Int32(steps), using: &generator) }, shape: [batch])
        let optional: [Tensor?] =
          isBare
          ? []
          : [
            try random([directions, 8 * hidden]), .random(using: &generator) ? lengths : nil, try random(state),
            try random(state),
          ]
        let kernel = LSTMKernel(direction: direction, isBatchFirst: isBatchFirst)
        let expected = try kernel.evaluate(
          [x, w, r] + optional, options: KernelOptions(reference: true), threads: threads)
        var program = Program()
        let slots: [Program.Slot?] =
          [program.input(x.spec), program.constant(w), program.constant(r)]
          + optional.map { $0.map { program.constant($0) } }
        program.setOutputs(program.call(kernel, slots, wanted: [true, true, true], label: "").compactMap { $0 })
        let results = try Executor(program, threads: threads, releasingPacked: true).run(
          [.tensor(x)], threads: threads)
        #expect(results.count == 3)
        for (result, expected) in zip(results, expected) {
          let (a, b) = (
            try #require(result.tensor.map { KernelRuntimeTests.floats($0) }), KernelRuntimeTests.floats(expected)
          )
          #expect(a.count == b.count)
          let error = zip(a, b).map { abs($0 - $1) }.max() ?? 0
          #expect(error <= 1e-5, "seed \(seed), \(direction), batch first \(isBatchFirst)")
        }
      }
    }
  }
}
