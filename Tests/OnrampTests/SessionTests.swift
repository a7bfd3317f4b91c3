import Foundation
import Onramp
import Synchronization
import Testing

@Suite struct SessionTests {
  @Test func runsAtSeveralShapesAndKeepsTheirPrograms() throws {
    let session = try Session(fixture("segnet"), threads: 2)
    var random = RandomInputs(seed: 1)
    for batch in [1, 3, 1] {
      let values = try random.values(for: session.inputs, dimensions: ["N": batch])
      #expect(try session.run(values)[0].tensor?.shape == [batch, 4, 32, 32])
    }
    let spec = TensorSpec(.float, [1, 3, 32, 32])
    #expect(try session.prepare([spec]) === session.prepare([spec]))
  }

  @Test func severalThreadsMayRunAtOnce() throws {
    let session = try Session(fixture("segnet"), threads: 2)
    var random = RandomInputs(seed: 2)
    let values = try random.values(for: session.inputs, dimensions: ["N": 1])
    let expected = try session.run(values)
    let mistakes = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      guard let actual = try? session.run(values), Tolerance().difference(actual[0], expected[0]) == nil else {
        return mistakes.withLock { $0 += 1 }
      }
    }
    #expect(mistakes.withLock { $0 } == 0)
  }

  @Test func wrongInputsAreNamed() throws {
    let session = try Session(fixture("segnet"), threads: 1)
    func message(_ values: [String: RuntimeValue]) -> String {
      do {
        _ = try session.run(values)
        return ""
      } catch { return error.message }
    }
    #expect(message([:]).contains("\"image\""))
    let good = try floats(Array(repeating: 0, count: 3 * 32 * 32), [1, 3, 32, 32])
    #expect(message(["image": good, "other": good]).contains("\"other\""))
    #expect(message(["image": try floats([1], [1])]).contains("float[1]"))
    #expect(message(["image": .tensor(try Tensor([Int64(1)], shape: [1]))]).contains("int64[1]"))
    #expect(message(["image": good]) == "")
  }

  @Test func emptyTensorsRun() throws {
    let relu = model(
      [NodeProto("Relu", input: ["x"], output: ["y"])], inputs: [("x", .float, TensorShapeProto([.param("N")]))],
      outputs: ["y"])
    let outputs = try Session(relu, threads: 1).run(["x": floats([], [0])])
    #expect(outputs["y"]?.tensor?.shape == [0])
  }

  @Test func equalSeedsGiveEqualInputs() throws {
    let session = try Session(fixture("mlp"), threads: 1)
    var (a, b) = (RandomInputs(seed: 7), RandomInputs(seed: 7))
    let (x, y) = (
      try a.values(for: session.inputs, dimensions: [:]), try b.values(for: session.inputs, dimensions: [:])
    )
    for (p, q) in zip(x, y) { #expect(Tolerance(relative: 0, absolute: 0).difference(p, q) == nil) }
  }
}
