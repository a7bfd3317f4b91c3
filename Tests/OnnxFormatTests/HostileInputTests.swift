import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct HostileInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var code: Diagnostic.Code = .malformed
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let nested = (0..<200).reduce([UInt8]()) { content, _ in Wire.bytes(1, Wire.bytes(5, Wire.bytes(6, content))) }
    return [
      Case(name: "tag cut off", bytes: [0x80]),
      Case(name: "number cut off", bytes: [0x08, 0xFF]),
      Case(name: "number of eleven bytes", bytes: [0x08] + [UInt8](repeating: 0xFF, count: 10) + [0]),
      Case(name: "number beyond 64 bits", bytes: [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2]),
      Case(name: "field number 0", bytes: [0x00, 0x00]),
      Case(name: "field number beyond 29 bits", bytes: Wire.number(1 << 29, 0)),
      Case(name: "group", bytes: [0x0B, 0x0C]),
      Case(name: "unknown group", bytes: Wire.varint(600 << 3 | 3) + Wire.varint(600 << 3 | 4)),
      Case(name: "wire type 6", bytes: [0x0E]),
      Case(name: "wire type 7", bytes: [0x0F]),
      Case(name: "number where a message belongs", bytes: Wire.number(7, 1)),
      Case(name: "text where a number belongs", bytes: Wire.text(1, "1")),
      Case(name: "number where text belongs", bytes: Wire.number(2, 1)),
      Case(name: "fixed where a number belongs", bytes: [0x09] + [UInt8](repeating: 0, count: 8)),
      Case(name: "length past the end", bytes: [0x3A, 0x05, 0x00]),
      Case(name: "length of 2^63", bytes: [0x3A] + Wire.varint(1 << 63)),
      Case(name: "length of 2^64 - 1", bytes: [0x3A] + Wire.varint(.max)),
      Case(name: "nested length past its message", bytes: Wire.bytes(7, [0x12, 0x05, 0x41])),
      Case(name: "raw data past its tensor", bytes: Wire.bytes(7, Wire.bytes(5, [0x4A, 0x09, 0x00]))),
      Case(name: "raw data as a number", bytes: Wire.bytes(7, Wire.bytes(5, [0x48, 0x00]))),
      Case(name: "packed floats of five bytes", bytes: Wire.bytes(7, Wire.bytes(5, Wire.bytes(4, [0, 0, 0, 0, 0])))),
      Case(name: "packed integers cut off", bytes: Wire.bytes(7, Wire.bytes(5, Wire.bytes(7, [0xFF])))),
      Case(name: "fixed of 8 bytes cut off", bytes: Wire.varint(600 << 3 | 1) + [0, 0, 0]),
      Case(name: "name that is no UTF-8", bytes: Wire.bytes(2, [0xFF, 0xFE])),
      Case(name: "surrogate in a name", bytes: Wire.bytes(2, [0xED, 0xA0, 0x80])),
      Case(name: "text", bytes: Array("This is a text, not a model.".utf8)),
      Case(name: "deep nesting", bytes: Wire.bytes(7, nested), code: .limit),
    ]
  }()

  @Test(arguments: cases) func isRefused(_ hostile: Case) {
    #expect(code { _ = try Model.read(hostile.bytes) } == hostile.code)
  }

  @Test func limitsHold() throws {
    let bytes = try sampleModel().encoded()
    func refused(_ change: (inout ReaderLimits) -> Void) -> Diagnostic.Code? {
      var limits = ReaderLimits()
      change(&limits)
      return code { _ = try Model.read(bytes, limits: limits) }
    }
    #expect(refused { $0.depth = 2 } == .limit)
    #expect(refused { $0.fields = 10 } == .limit)
    #expect(refused { $0.skeletonBytes = 10 } == .limit)
    for parserBytes in stride(from: 0, to: 8000, by: 97) {
      #expect(refused { $0.parserBytes = parserBytes } == .limit)
    }
    #expect(refused { _ in } == nil)
  }

  /// Whatever the bytes are, there is a model or a diagnostic.
  private func survives(_ bytes: [UInt8]) {
    do throws(Diagnostic) {
      let model = try Model.read(bytes)
      for tensor in model.graph?.initializer ?? [] { _ = code { _ = try tensor.tensor() } }
      _ = try model.encoded()
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test func truncation() throws {
    let bytes = try sampleModel().encoded()
    for count in 0..<bytes.count { survives(Array(bytes[..<count])) }
  }

  /// ONRAMP_FUZZ_ROUNDS sets the number of damaged models, ONRAMP_FUZZ_SEED brings back those of an earlier run.
  @Test func damagedBytes() throws {
    let bytes = try sampleModel().encoded()
    let environment = ProcessInfo.processInfo.environment
    let seed = environment["ONRAMP_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...(.max))
    print("ONRAMP_FUZZ_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<(environment["ONRAMP_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 3000) {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        damaged[place] = UInt8.random(in: 0...255, using: &generator)
      }
      survives(damaged)
    }
  }

  @Test func mergesRepeatedMessages() throws {
    // A message field that occurs twice is, in protobuf, one message with the fields of both.
    let graph = Wire.text(2, "g") + Wire.bytes(5, Wire.bytes(9, [1])) + Wire.bytes(1, Wire.text(3, "n"))
    let model = try Model.read(Wire.bytes(7, graph) + Wire.bytes(7, graph))
    #expect(model.graph?.node.count == 2)
    #expect(model.graph?.initializer.map(\.rawData) == [RawData([1]), RawData([1])])
  }

  @Test func emptyAndMissingFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "empty.onnx")
    #expect(code { _ = try Model.read([]) } == .malformed)
    #expect(code { _ = try Model.open(path: folder.file("empty.onnx")) } == .malformed)
    #expect(code { _ = try Model.open(path: folder.file("none.onnx")) } == .unreadable)
    #expect(code { _ = try Model.open(path: folder.path) } == .unreadable)
    #expect(code { _ = try Model.open(path: "/dev/zero") } == .unreadable)
  }
}
