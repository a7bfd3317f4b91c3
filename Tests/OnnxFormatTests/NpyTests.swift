import Foundation
import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct NpyTests {
  private func file(_ header: String, version: UInt8 = 1, _ content: [UInt8] = []) -> [UInt8] {
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + content
  }

  @Test(arguments: ElementType.allCases) func roundTrip(_ type: ElementType) throws {
    let folder = try TemporaryFolder()
    for shape in [[], [0], [3], [2, 3], [1, 1, 2]] {
      let count = shape.reduce(1, *)
      let tensor =
        type == .string
        ? try Tensor((0..<count).map { "ü\($0)" }, shape: shape)
        : try Tensor(
          TensorSpec(type, shape), buffer: RawData((0..<count * type.byteCount).map { UInt8($0 & 1) }).buffer)
      try Npy.write(tensor, to: folder.file("t.npy"))
      let copy = try Npy.read(path: folder.file("t.npy"), as: type)
      #expect(copy.spec == tensor.spec)
      if type == .string {
        #expect(copy.elements(as: String.self) == tensor.elements())
      } else {
        #expect(RawData(of: copy) == RawData(of: tensor))
      }
    }
  }

  @Test func otherForms() throws {
    let bytes: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]
    for version: UInt8 in [1, 2, 3] {
      let plain = file("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }   \n", version: version, bytes)
      #expect(try Npy.read(plain).elements() == [Int16(1), 2, 3, 4, 5, 6])
    }
    let fortran = try Npy.read(file("{'shape': (2, 3), 'fortran_order': True, 'descr': '<i2'}", bytes))
    #expect(fortran.elements() == [Int16(1), 3, 5, 2, 4, 6])
    #expect(fortran.shape == [2, 3])
    let text = try Npy.read(file("{'descr': '|S3', 'fortran_order': False, 'shape': (2,)}", Array("ab\0c\0\0".utf8)))
    #expect(text.elements() == ["ab", "c"])
  }

  /// Whatever the bytes are, there is a tensor or a diagnostic.
  @Test func damagedBytes() throws {
    let whole = file("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", (1...12).map { $0 })
    for seed in 0..<3000 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var damaged = whole
      let place = Int.random(in: 0..<damaged.count, using: &generator)
      damaged[place] = UInt8.random(in: 0...255, using: &generator)
      do throws(Diagnostic) { _ = try Npy.read(damaged, as: .bfloat16) } catch { #expect(!error.message.isEmpty) }
    }
  }

  @Test func refusals() {
    for header in [
      "", "{", "{}", "{'descr'", "{'descr': '<i2'}", "{'descr': 5, 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '>i2', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<i3', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': 'O', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|V2', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<i2', 'fortran_order': Maybe, 'shape': (1,)}",
      "{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '<i2', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<U9223372036854775807', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '<i2', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    ] {
      #expect(code { _ = try Npy.read(file(header, [1, 0])) } == .malformed, "\(header)")
    }
    let emptyStrings = "{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999,)}"
    #expect(code { _ = try Npy.read(file(emptyStrings)) } == .malformed)
    let large = "{'descr': '<i2', 'fortran_order': False, 'shape': (\(Int.max), \(Int.max))}"
    #expect(code { _ = try Npy.read(file(large, [1, 0])) } == .limit)
    let whole = file("{'descr': '<i2', 'fortran_order': False, 'shape': (1,)}", [1, 0])
    for count in 0..<whole.count { #expect(code { _ = try Npy.read(whole[..<count]) } == .malformed) }
    #expect(code { _ = try Npy.read(file("{}", version: 4)) } == .malformed)
  }
}
