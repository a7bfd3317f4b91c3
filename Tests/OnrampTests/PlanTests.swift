import Foundation
import Onramp
import Testing

/// Compiled plans: what they hold, what they refuse.
@Suite struct PlanTests {
  private func temporaryPath() -> String {
    NSTemporaryDirectory() + "onramp-\(UInt64.random(in: .min ... .max)).plan"
  }

  private func compiled(
    _ name: String = "segnet"
  ) throws -> (plan: Plan, values: [RuntimeValue], expected: [RuntimeValue]) {
    let session = try Session(fixture(name), threads: 2)
    var random = RandomInputs(seed: 4)
    let values = try random.values(for: session.inputs, dimensions: ["N": 2])
    return (try session.plan(for: values.map { $0.tensor?.spec }), values, try session.run(values))
  }

  private func same(_ a: [RuntimeValue], _ b: [RuntimeValue]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { Tolerance(relative: 0, absolute: 0).difference($0, $1) == nil }
  }

  @Test(arguments: fixtures) func runsAsTheModelItWasMadeOf(name: String) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (plan, values, expected) = try compiled(name)
    try plan.write(to: path)
    let session = try Session(plan: path, threads: 1)
    #expect(same(try session.run(values), expected))
    // A plan of a plan holds the same: nothing that it needs has been let go.
    let again = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: again) }
    try session.plan(for: values.map { $0.tensor?.spec }).write(to: again)
    #expect(same(try Session(plan: again).run(values), expected))
  }

  @Test func refusesOtherShapes() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try compiled().plan.write(to: path)
    let session = try Session(plan: path)
    let wrong = try Tensor([Float](repeating: 0, count: 6), shape: [2, 3])
    #expect(throws: Diagnostic.self) { try session.run(session.inputs.map { _ in .tensor(wrong) }) }
  }

  @Test func refusesEveryDamagedByte() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (plan, _, _) = try compiled()
    try plan.write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let tensors = try plan.encoded().tensors
    // Bytes of the header, of the structure, of the table and of each tensor; padding carries nothing.
    var places = Array(0..<64) + stride(from: 64, to: tensors[0].offset - 64, by: 97)
    for (offset, tensor) in tensors where tensor.byteCount > 0 { places += [offset, offset + tensor.byteCount - 1] }
    for place in places {
      var bytes = whole
      bytes[place] ^= 0x10
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(throws: Diagnostic.self, "byte \(place)") { try Session(plan: path) }
    }
    for length in [0, 7, 8, 63, 64, 100, whole.count / 2, whole.count - 1] {
      try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: Diagnostic.self, "\(length) bytes") { try Session(plan: path) }
    }
  }
}
