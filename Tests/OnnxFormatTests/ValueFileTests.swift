import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct ValueFileTests {
  private func tensor(_ values: Float...) throws -> RuntimeValue { .tensor(try Tensor(values, shape: [values.count])) }

  private func kind(_ value: RuntimeValue) -> ValueFile.Kind {
    switch value {
    case .tensor: .tensor
    case .sequence: .sequence
    case .optional: .optional
    case .map: .map
    }
  }

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder()
    let values = try [tensor(1, 2), tensor(), tensor(3)]
    let strings = MapValue(keys: try Tensor(["a", "b"], shape: [2]), values: .sequence([values[0], values[2]]))
    let numbers = MapValue(keys: try Tensor([UInt64.max], shape: [1]), values: .sequence([.map(strings)]))
    for value: RuntimeValue in [
      values[0], .sequence(values), .sequence([]), .sequence([.sequence(values), .sequence([])]), .optional(nil),
      .optional(values[0]), .optional(.sequence(values)), .optional(.optional(nil)), .map(strings), .map(numbers),
      .sequence([.map(strings)]), .sequence([.optional(nil), .optional(values[0])]), .optional(.map(numbers)),
    ] {
      try ValueFile.write(value, name: "v", to: folder.file("v.pb"))
      let copy = try ValueFile.read(path: folder.file("v.pb"), as: kind(value))
      #expect(describe(copy) == describe(value))
    }
  }

  private func describe(_ value: RuntimeValue) -> String {
    switch value {
    case .tensor(let tensor):
      "\(tensor.spec) \(tensor.elements(as: String.self) ?? []) \(tensor.doubles ?? [])"
    case .sequence(let elements): "[\(elements.map(describe).joined(separator: ", "))]"
    case .optional(let content): "optional(\(content.map(describe) ?? "nothing"))"
    case .map(let map): "map(\(describe(.tensor(map.keys))): \(describe(map.values)))"
    }
  }

  /// Whatever the bytes are, there is a value or a diagnostic.
  @Test func damagedBytes() throws {
    let folder = try TemporaryFolder()
    let map = MapValue(keys: try Tensor([Int64(1)], shape: [1]), values: .sequence([try tensor(1, 2)]))
    try ValueFile.write(.optional(.sequence([.map(map)])), name: "v", to: folder.file("v.pb"))
    let whole = try folder.read("v.pb")
    for seed in 0..<2000 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var damaged = whole
      damaged[Int.random(in: 0..<whole.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      for kind in ValueFile.Kind.allCases {
        do throws(Diagnostic) { _ = try ValueFile.read(damaged, as: kind) } catch { #expect(!error.message.isEmpty) }
      }
    }
  }

  @Test func contradictions() throws {
    let folder = try TemporaryFolder()
    let mixed = RuntimeValue.sequence([try tensor(1), .sequence([])])
    #expect(code { try ValueFile.write(mixed, to: folder.file("v.pb")) } == .unwritable)
    #expect(try folder.names.isEmpty)
    let element = Wire.bytes(3, Wire.number(2, 1) + Wire.number(1, 0))
    for (bytes, kind) in [
      (Wire.number(2, 3) + element, ValueFile.Kind.sequence), (element + Wire.bytes(5, []), .sequence),
      (Wire.bytes(4, []), .sequence), (element + Wire.bytes(5, []), .optional), (Wire.number(2, 1), .map),
      (Wire.number(2, 7) + Wire.number(3, 1), .map), (Wire.number(2, 3) + Wire.bytes(3, [0xFF, 0x7F]), .map),
    ] {
      #expect(code { _ = try ValueFile.read(bytes, as: kind) } == .malformed, "\(bytes)")
    }
  }
}
