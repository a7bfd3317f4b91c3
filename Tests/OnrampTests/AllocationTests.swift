import CAllocations
import Foundation
import Onramp
import Synchronization
import Testing

/// A program whose shapes are known ahead runs without asking for memory: all that it needs is there after a first run.
@Suite(.serialized, .enabled(if: onramp_allocations_available() != 0)) struct AllocationTests {
  /// A model of float inputs and weights of the given shapes, and nodes that make "y".
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var inputs: [(name: String, shape: [Int])] = [("x", [1, 32, 20, 20])]
    var weights: [(name: String, shape: [Int])] = []
    var nodes: @Sendable () -> [NodeProto]
    var testDescription: String { name }
  }

  private static let examples = [
    Example(name: "3×3 convolution", weights: [("w", [48, 32, 3, 3]), ("b", [48])]) {
      [
        NodeProto(
          "Conv", input: ["x", "w", "b"], output: ["c"], attribute: [AttributeProto("pads", ints: [1, 1, 1, 1])]),
        NodeProto("Relu", input: ["c"], output: ["y"]),
      ]
    },
    Example(name: "5×5 convolution with strides", weights: [("w", [40, 32, 5, 5])]) {
      [NodeProto("Conv", input: ["x", "w"], output: ["y"], attribute: [AttributeProto("strides", ints: [2, 2])])]
    },
    Example(name: "pointwise convolution", weights: [("w", [48, 32, 1, 1])]) {
      [
        NodeProto("Conv", input: ["x", "w"], output: ["c"]), NodeProto("Sigmoid", input: ["c"], output: ["s"]),
        NodeProto("Mul", input: ["c", "s"], output: ["y"]),
      ]
    },
    Example(name: "depthwise convolution", weights: [("w", [32, 1, 3, 3])]) {
      [NodeProto("Conv", input: ["x", "w"], output: ["y"], attribute: [AttributeProto("group", i: 32)])]
    },
    Example(name: "pools", weights: [("w", [32, 32, 1, 1])]) {
      let kernel = AttributeProto("kernel_shape", ints: [3, 3])
      return [
        NodeProto("Conv", input: ["x", "w"], output: ["c"]),
        NodeProto("MaxPool", input: ["c"], output: ["m"], attribute: [kernel]),
        NodeProto("AveragePool", input: ["m"], output: ["a"], attribute: [kernel]),
        NodeProto("GlobalAveragePool", input: ["a"], output: ["y"]),
      ]
    },
    Example(name: "dense layers", inputs: [("x", [70, 96])], weights: [("w", [96, 200]), ("v", [200, 50])]) {
      [
        NodeProto("MatMul", input: ["x", "w"], output: ["a"]), NodeProto("Gelu", input: ["a"], output: ["g"]),
        NodeProto("MatMul", input: ["g", "v"], output: ["y"]),
      ]
    },
    Example(name: "attention", inputs: [("x", [2, 4, 40, 32]), ("k", [2, 4, 32, 40])]) {
      [
        NodeProto("MatMul", input: ["x", "k"], output: ["s"]), NodeProto("Softmax", input: ["s"], output: ["p"]),
        NodeProto("Transpose", input: ["k"], output: ["v"], attribute: [AttributeProto("perm", ints: [0, 1, 3, 2])]),
        NodeProto("MatMul", input: ["p", "v"], output: ["y"]),
      ]
    },
    Example(name: "elementwise", inputs: [("x", [3, 70, 96]), ("z", [96])], weights: [("s", [96]), ("b", [96])]) {
      [
        NodeProto("Add", input: ["x", "z"], output: ["a"]), NodeProto("Tanh", input: ["a"], output: ["t"]),
        NodeProto("LayerNormalization", input: ["t", "s", "b"], output: ["l"]),
        NodeProto("Concat", input: ["l", "x"], output: ["y"], attribute: [AttributeProto("axis", i: 1)]),
      ]
    },
  ]

  private func session(_ example: Example) throws -> (session: Session, values: [RuntimeValue]) {
    func dimensions(_ shape: [Int]) -> TensorShapeProto { TensorShapeProto(shape.map { .value($0) }) }
    func tensor(_ shape: [Int]) throws -> Tensor {
      let count = shape.reduce(1, *)
      return try Tensor((0..<count).map { Float($0 % 7) / 8 - 0.4 }, shape: shape)
    }
    let model = model(
      example.nodes(), inputs: example.inputs.map { ($0.name, .float, dimensions($0.shape)) }, outputs: ["y"],
      initializers: try example.weights.map { try TensorProto(name: $0.name, tensor: tensor($0.shape)) })
    return (try Session(model, threads: 1), try example.inputs.map { .tensor(try tensor($0.shape)) })
  }

  /// Begins or ends counting on all threads of a pool, of which each must have come by.
  private func count(_ isCounted: Bool, on threads: ThreadPool) -> Bool {
    let arrived = Atomic(0)
    let deadline = ContinuousClock.now + .seconds(20)
    threads.forEach(threads.threadCount) { _ in
      onramp_allocations_count(isCounted ? 1 : 0)
      arrived.add(1, ordering: .acquiringAndReleasing)
      while arrived.load(ordering: .acquiring) < threads.threadCount, ContinuousClock.now < deadline { usleep(10) }
    }
    return arrived.load(ordering: .acquiring) == threads.threadCount && ContinuousClock.now < deadline
  }

  private func allocations(_ threads: ThreadPool, of body: () throws -> Void) throws -> Int {
    try #require(count(true, on: threads))
    let before = onramp_allocations()
    try body()
    let after = onramp_allocations()
    try #require(count(false, on: threads))
    return after - before
  }

  @Test(arguments: examples, [1, 2]) func aRunAllocatesNothing(example: Example, threadCount: Int) throws {
    let threads = try ThreadPool(threads: threadCount)
    let (session, values) = try session(example)
    let executor = try session.prepare(values.map { $0.tensor?.spec })
    var outputs: [RuntimeValue] = []
    for _ in 0..<2 { try executor.run(values, into: &outputs, threads: threads) }
    let count = try allocations(threads) {
      for _ in 0..<3 { try executor.run(values, into: &outputs, threads: threads) }
    }
    #expect(count == 0, "\(example.name) on \(threadCount) threads")
    let expected = try executor.run(values, threads: threads)
    #expect(Tolerance(relative: 0, absolute: 0).difference(outputs[0], expected[0]) == nil)
  }

  @Test(arguments: ["segnet-static", "mlp"]) func aRunOfAFixtureAllocatesNothing(name: String) throws {
    let threads = try ThreadPool(threads: 2)
    let session = try Session(fixture(name), threads: 1)
    var random = RandomInputs(seed: 5)
    let values = try random.values(for: session.inputs, dimensions: ["N": 2, "batch": 2])
    let executor = try session.prepare(values.map { $0.tensor?.spec })
    var outputs: [RuntimeValue] = []
    for _ in 0..<2 { try executor.run(values, into: &outputs, threads: threads) }
    let count = try allocations(threads) {
      for _ in 0..<3 { try executor.run(values, into: &outputs, threads: threads) }
    }
    #expect(count == 0)
  }

  /// What the counting would miss, the tests above would not see.
  @Test func everyThreadsAllocationsAreCounted() throws {
    let threads = try ThreadPool(threads: 2)
    let kept = Mutex<[[Int]]>([])
    let small = try allocations(threads) {
      let arrived = Atomic(0)
      threads.forEach(2) { i in
        arrived.add(1, ordering: .acquiringAndReleasing)
        let deadline = ContinuousClock.now + .seconds(20)
        while arrived.load(ordering: .acquiring) < 2, ContinuousClock.now < deadline { usleep(10) }
        let array = Array(repeating: i, count: 100 + i)
        kept.withLock { $0.append(array) }
      }
    }
    #expect(small >= 2)
    #expect(try allocations(threads) { _ = try Tensor(TensorSpec(.float, [1 << 20])) { _ in } } >= 1)
  }
}
