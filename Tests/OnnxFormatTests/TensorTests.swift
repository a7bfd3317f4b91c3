import Graph
import KernelRuntime
import OnnxFormat
import Testing

@Suite struct TensorTests {
  private func proto(
    _ type: ElementType, _ dims: [Int], _ change: (inout TensorProto) -> Void = { _ in }
  ) -> TensorProto {
    var tensor = TensorProto()
    tensor.elementType = type
    tensor.dims = dims
    change(&tensor)
    return tensor
  }

  private func memory(_ tensor: Tensor) -> [UInt8] { RawData(of: tensor).withUnsafeBytes { Array($0) } }

  /// Every type's elements survive from memory to the stored form and back, aligned and not.
  @Test(arguments: ElementType.allCases) func storedFormRoundTrip(_ type: ElementType) throws {
    var generator = SeededGenerator(seed: UInt64(type.rawValue))
    for shape in [[], [0], [1], [3], [2, 5], [7, 3]] {
      let count = shape.reduce(1, *)
      let tensor: Tensor
      if type == .string {
        tensor = try Tensor((0..<count).map { "text \($0) ü" }, shape: shape)
      } else {
        let width = type.storedBitWidth ?? 8
        var bytes = (0..<count * type.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if type == .bool { bytes = bytes.map { $0 & 1 } }
        if width < 8 {
          bytes = bytes.map { byte in
            let bits = byte & (1 << UInt8(width) - 1)
            let isNegative = (type == .int4 || type == .int2) && bits >> UInt8(width - 1) == 1
            return isNegative ? bits | ~(1 << UInt8(width) - 1) : bits
          }
        }
        let buffer = RawData(bytes).buffer
        tensor = try Tensor(TensorSpec(type, shape), buffer: buffer)
      }
      let stored = TensorProto(name: "t", tensor: tensor)
      let copy = try stored.tensor()
      #expect(copy.spec == tensor.spec)
      if type == .string {
        #expect(copy.elements(as: String.self) == tensor.elements())
        continue
      }
      #expect(memory(copy) == memory(tensor))
      let raw = try #require(stored.rawData)
      #expect(raw.count == (count * (type.storedBitWidth ?? 0) + 7) / 8)
      // The same bytes at an odd address.
      let shifted = RawData([0] + raw.withUnsafeBytes { Array($0) })
      let unaligned = proto(type, shape) { $0.rawData = RawData(shifted.buffer, offset: 1, count: raw.count) }
      #expect(memory(try unaligned.tensor()) == memory(tensor))
    }
  }

  @Test func typedFields() throws {
    func bytes<T: BitwiseCopyable>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
    let cases: [(TensorProto, [UInt8])] = [
      (proto(.float, [2]) { $0.floatData = [1, -2] }, bytes([Float(1), -2])),
      (proto(.complex64, [1]) { $0.floatData = [1, -2] }, bytes([Float(1), -2])),
      (proto(.double, [2]) { $0.doubleData = [1, -2] }, bytes([1.0, -2])),
      (proto(.complex128, [1]) { $0.doubleData = [1, -2] }, bytes([1.0, -2])),
      (proto(.int64, [2]) { $0.int64Data = [.min, .max] }, bytes([Int64.min, .max])),
      (proto(.int32, [2]) { $0.int32Data = [.min, .max] }, bytes([Int32.min, .max])),
      (proto(.uint64, [1]) { $0.uint64Data = [.max] }, bytes([UInt64.max])),
      (proto(.uint32, [1]) { $0.uint64Data = [UInt64(UInt32.max)] }, bytes([UInt32.max])),
      (proto(.int16, [2]) { $0.int32Data = [-2, 3] }, bytes([Int16(-2), 3])),
      (proto(.uint16, [1]) { $0.int32Data = [65535] }, bytes([UInt16.max])),
      (proto(.int8, [2]) { $0.int32Data = [-2, 3] }, bytes([Int8(-2), 3])),
      (proto(.uint8, [1]) { $0.int32Data = [255] }, [255]),
      (proto(.bool, [3]) { $0.int32Data = [0, 1, 2] }, [0, 1, 1]),
      (proto(.float16, [1]) { $0.int32Data = [0x3C00] }, [0x00, 0x3C]),
      (proto(.bfloat16, [1]) { $0.int32Data = [0x3F80] }, [0x80, 0x3F]),
      (proto(.float8e4m3fn, [1]) { $0.int32Data = [0x7F] }, [0x7F]),
      (proto(.float8e4m3fnuz, [1]) { $0.int32Data = [0x80] }, [0x80]),
      (proto(.float8e5m2, [1]) { $0.int32Data = [0x7C] }, [0x7C]),
      (proto(.float8e5m2fnuz, [1]) { $0.int32Data = [1] }, [1]),
      (proto(.float8e8m0, [1]) { $0.int32Data = [255] }, [255]),
      (proto(.uint4, [3]) { $0.int32Data = [0xA5, 0x0F] }, [5, 10, 15]),
      (proto(.int4, [3]) { $0.int32Data = [0xA5, 0x0F] }, [5, 0xFA, 0xFF]),
      (proto(.float4e2m1, [2]) { $0.int32Data = [0xA5] }, [5, 10]),
      (proto(.uint2, [5]) { $0.int32Data = [0b1110_0100, 1] }, [0, 1, 2, 3, 1]),
      (proto(.int2, [4]) { $0.int32Data = [0b1110_0100] }, [0, 1, 0xFE, 0xFF]),
      (proto(.float6e2m3, [2]) { $0.int32Data = [0x3F, 0xC1] }, [0x3F, 0x01]),
      (proto(.float6e3m2, [3]) { $0.rawData = RawData([0b0100_0001, 0b0011_0000, 0]) }, [1, 1, 3]),
      (proto(.bool, [3]) { $0.rawData = RawData([0, 1, 2]) }, [0, 1, 1]),
    ]
    for (tensor, expected) in cases { #expect(memory(try tensor.tensor()) == expected, "\(tensor)") }
    let strings = proto(.string, [2]) { $0.stringData = [[], Array("ü".utf8)] }
    #expect(try strings.tensor().elements() == ["", "ü"])
    #expect(try proto(.float, [0, 3]).tensor().count == 0)
  }

  @Test func contradictions() throws {
    for tensor in [
      TensorProto(), proto(.float, [2]), proto(.float, [2]) { $0.floatData = [1] },
      proto(.float, [2]) { $0.doubleData = [1, 2] }, proto(.float, [2]) { $0.rawData = RawData([0, 0, 0, 0]) },
      proto(.float, [-1]), proto(.float, []) { $0.floatData = [1, 2] },
      proto(.float, [1]) {
        $0.floatData = [1]
        $0.rawData = RawData([0, 0, 0, 0])
      },
      proto(.complex64, [1]) { $0.floatData = [1, 2, 3] }, proto(.string, [1]) { $0.rawData = RawData([65]) },
      proto(.string, [1]) { $0.stringData = [[0xFF]] }, proto(.uint4, [3]) { $0.int32Data = [1] },
      proto(.float6e2m3, [2]) { $0.int32Data = [1, 2, 3] }, proto(.float, [1]) { $0.segment = .init() },
      proto(.float, [1]) { $0.dataType = 99 }, proto(.float, [1]) { $0.dataLocation = .init(rawValue: 3) },
    ] {
      #expect(code { _ = try tensor.tensor() } == .malformed, "\(tensor)")
    }
    for dims in [[.max], [.max, .max], [1 << 40, 1 << 40, 0, 1 << 40], [Int](repeating: 1, count: 65)] {
      #expect(code { _ = try proto(.float, dims).tensor() } == .limit)
    }
  }
}
