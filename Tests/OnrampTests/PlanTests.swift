import CKernels
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
    let (plan, values, _) = try compiled()
    try plan.write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let tensors = try plan.encoded().tensors
    // Bytes of the header, of the structure, of the table and of each tensor; padding carries nothing.
    func number(_ at: Int) -> Int { (0..<8).reduce(0) { $0 | Int(whole[at + $1]) << (8 * $1) } }
    let (structure, table) = (number(16), number(40))
    var places = Array(0..<64) + stride(from: 64, to: 64 + structure, by: 97)
    places += stride(from: table, to: table + 24 * number(32), by: 17)
    for (offset, tensor) in tensors where tensor.byteCount > 0 { places += [offset, offset + tensor.byteCount - 1] }
    for place in places {
      var bytes = whole
      bytes[place] ^= 0x10
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(throws: Diagnostic.self, "byte \(place)") { try Session(plan: path, threads: 1).run(values) }
    }
    for length in [0, 7, 8, 63, 64, 100, whole.count / 2, whole.count - 1] {
      try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: Diagnostic.self, "\(length) bytes") { try Session(plan: path) }
    }
  }

  /// Large weights are compared with their checksums by the first run that reads them, not when the plan is opened.
  @Test(arguments: [1, 2]) func damagedWeightsFailEveryRun(threads: Int) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let size = 512
    let weights = try Tensor([Float](repeating: 0.5, count: size * size), shape: [size, size])
    let product = model(
      [NodeProto("MatMul", input: ["x", "w"], output: ["y"])],
      inputs: [("x", .float, TensorShapeProto([.value(1), .value(size)]))], outputs: ["y"],
      initializers: [TensorProto(name: "w", tensor: weights)])
    let input = try floats([Float](repeating: 1, count: size), [1, size])
    let plan = try Session(product, threads: 1).plan(for: [input.tensor?.spec])
    try plan.write(to: path)
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let last = try #require(plan.encoded().tensors.max { $0.tensor.byteCount < $1.tensor.byteCount })
    bytes[last.offset + last.tensor.byteCount / 2] ^= 1
    #expect(try Session(plan: path, threads: threads).run([input])[0].tensor?.elements(as: Float.self)?[0] == 256)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let session = try Session(plan: path, threads: threads)
    for _ in 0..<2 { #expect(throws: Diagnostic.self) { try session.run([input]) } }
    #expect(throws: (any Error).self) { try session.plan(for: [input.tensor?.spec]).encoded() }
  }

  /// Checksums are no secret: whatever a structure says, opening it ends in a program or in a diagnostic.
  @Test func aForgedStructureTrapsNothing() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try compiled("mlp").plan.write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    func number(_ at: Int) -> Int { (0..<8).reduce(0) { $0 | Int(whole[at + $1]) << (8 * $1) } }
    let structure = 64..<64 + number(16)
    for place in structure {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      func seal(_ range: Range<Int>, at: Int) {
        let sum = bytes[range].withUnsafeBytes { onramp_checksum($0.baseAddress, $0.count) }
        for i in 0..<8 { bytes[at + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt64(i))) }
      }
      seal(structure, at: 24)
      seal(0..<56, at: 56)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      _ = try? Session(plan: path, threads: 1)
    }
  }
}
