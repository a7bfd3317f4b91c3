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
}
