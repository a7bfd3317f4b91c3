/// The type of a tensor's elements. Raw values are those of ONNX's `TensorProto.DataType`.
///
/// In memory each element takes `byteCount` bytes; types narrower than a byte take a whole one (they are packed in
/// files only), so that every kernel can address any element.
public enum ElementType: UInt8, CaseIterable, Hashable, Codable, Sendable {
  case float = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
  case complex64, complex128, bfloat16
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz
  case uint4, int4, float4e2m1, float8e8m0, uint2, int2, float6e2m3, float6e3m2

  /// The size of one element in memory, in bytes.
  public var byteCount: Int {
    switch self {
    case .complex128, .string: 16
    case .int64, .uint64, .double, .complex64: 8
    case .float, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    default: 1
    }
  }

  /// The size of one element in a file, in bits; nil for strings, whose sizes vary.
  public var storedBitWidth: Int? {
    switch self {
    case .string: nil
    case .uint4, .int4, .float4e2m1: 4
    case .uint2, .int2: 2
    case .float6e2m3, .float6e3m2: 6
    default: byteCount * 8
    }
  }

  /// The name that ONNX's type strings use, as in `tensor(float)`.
  public var name: String { Self.names[self] ?? "" }

  /// Made once: describing a value looks through the conformances of the process.
  private static let names = Dictionary(uniqueKeysWithValues: allCases.map { ($0, String(describing: $0)) })

  /// The type of that name in ONNX's type strings.
  public init?(name: some StringProtocol) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// Whether elements are real numbers with a fraction: all floats, wide or narrow.
  public var isFloatingPoint: Bool {
    switch self {
    case .float, .double, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
      .float4e2m1, .float8e8m0, .float6e2m3, .float6e3m2:
      true
    default: false
    }
  }

  /// Whether elements are integers, signed or not, of any width.
  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .uint4, .int4, .uint2, .int2: true
    default: false
    }
  }

  public var isComplex: Bool { self == .complex64 || self == .complex128 }
}
