import CKernels

/// IEEE 754 binary16. Swift's own `Float16` does not exist on every platform; this one always does.
public struct Half: FloatElement, Hashable {
  public var bits: UInt16
  @inlinable public init(bits: UInt16) { self.bits = bits }
  public static var elementType: ElementType { .float16 }
  @inlinable public var compute: Float { onramp_half_to_float(bits) }
  @inlinable public init(compute: Float) { bits = onramp_float_to_half(compute) }
}

/// The upper half of a `Float`, rounded to nearest even.
public struct BFloat16: FloatElement, Hashable {
  public var bits: UInt16
  @inlinable public init(bits: UInt16) { self.bits = bits }
  public static var elementType: ElementType { .bfloat16 }
  @inlinable public var compute: Float { Float(bitPattern: UInt32(bits) << 16) }
  @inlinable public init(compute: Float) {
    let b = compute.bitPattern
    bits = compute.isNaN ? UInt16(b >> 16) | 0x40 : UInt16(truncatingIfNeeded: (b &+ 0x7FFF &+ ((b >> 16) & 1)) >> 16)
  }
}

/// Two equal floats, stored real part first.
public struct Complex<Part: BinaryFloatingPoint & Scalar>: BitwiseCopyable, Hashable, Sendable {
  public var real: Part
  public var imaginary: Part
  @inlinable public init(_ real: Part, _ imaginary: Part) {
    self.real = real
    self.imaginary = imaginary
  }
}

extension Complex: Element {
  public static var elementType: ElementType { Part.self == Float.self ? .complex64 : .complex128 }
}

/// The layout of a float narrower than 16 bits: how its bits divide and which patterns are special.
///
/// Sources: ONNX's documentation of its float8, float6 and float4 types; the OCP Microscaling Formats
/// specification 1.0 for E2M1, E2M3, E3M2 and E8M0.
public struct NarrowFloatFormat: Sendable {
  public let exponentBits: Int
  public let mantissaBits: Int
  public let bias: Int
  public let isSigned: Bool
  /// The pattern (sign bit clear) that is infinity, where there is one.
  public let infinity: UInt8?
  /// The pattern that conversions give for NaN; without one they give negative zero.
  public let nan: UInt8?
  /// The greatest finite pattern, sign bit clear.
  public let greatest: UInt8
  /// Whether negative zero's pattern is taken by NaN.
  public let hasNegativeZero: Bool

  public init?(_ type: ElementType) {
    switch type {
    case .float8e4m3fn: self = .e4m3fn
    case .float8e4m3fnuz: self = .e4m3fnuz
    case .float8e5m2: self = .e5m2
    case .float8e5m2fnuz: self = .e5m2fnuz
    case .float8e8m0: self = .e8m0
    case .float6e2m3: self = .e2m3
    case .float6e3m2: self = .e3m2
    case .float4e2m1: self = .e2m1
    default: return nil
    }
  }

  init(
    _ exponentBits: Int, _ mantissaBits: Int, bias: Int, isSigned: Bool = true, infinity: UInt8? = nil,
    nan: UInt8? = nil, greatest: UInt8, hasNegativeZero: Bool = true
  ) {
    self.exponentBits = exponentBits
    self.mantissaBits = mantissaBits
    self.bias = bias
    self.isSigned = isSigned
    self.infinity = infinity
    self.nan = nan
    self.greatest = greatest
    self.hasNegativeZero = hasNegativeZero
  }

  static let e4m3fn = NarrowFloatFormat(4, 3, bias: 7, nan: 0x7F, greatest: 0x7E)
  static let e4m3fnuz = NarrowFloatFormat(4, 3, bias: 8, nan: 0x80, greatest: 0x7F, hasNegativeZero: false)
  static let e5m2 = NarrowFloatFormat(5, 2, bias: 15, infinity: 0x7C, nan: 0x7F, greatest: 0x7B)
  static let e5m2fnuz = NarrowFloatFormat(5, 2, bias: 16, nan: 0x80, greatest: 0x7F, hasNegativeZero: false)
  static let e8m0 = NarrowFloatFormat(8, 0, bias: 127, isSigned: false, nan: 0xFF, greatest: 0xFE)
  static let e2m3 = NarrowFloatFormat(2, 3, bias: 1, greatest: 0x1F)
  static let e3m2 = NarrowFloatFormat(3, 2, bias: 3, greatest: 0x1F)
  static let e2m1 = NarrowFloatFormat(2, 1, bias: 1, greatest: 0x7)

  var signMask: UInt8 { isSigned ? 1 << UInt8(exponentBits + mantissaBits) : 0 }

  /// The value of a bit pattern.
  public func decode(_ bits: UInt8) -> Float {
    if let nan, bits == nan { return .nan }
    let magnitude = bits & ~signMask
    let sign: Float = bits & signMask != 0 ? -1 : 1
    if let infinity {
      if magnitude == infinity { return sign * .infinity }
      if magnitude > infinity { return .nan }
    }
    if let nan, isSigned, hasNegativeZero, magnitude == nan { return .nan }
    let exponent = Int(magnitude >> UInt8(mantissaBits))
    let mantissa = Int(magnitude) & ((1 << mantissaBits) - 1)
    if !isSigned { return Float(sign: .plus, exponent: exponent - bias, significand: 1) }
    let unit = Float(sign: .plus, exponent: max(exponent, 1) - bias - mantissaBits, significand: 1)
    return sign * Float(exponent == 0 ? mantissa : mantissa + (1 << mantissaBits)) * unit
  }

  /// The pattern nearest to a value, ties to even; what lies beyond the range becomes the greatest finite value when
  /// `saturating`, otherwise infinity or NaN where the format has them.
  public func encode(_ value: Float, saturating: Bool = true) -> UInt8 {
    guard !value.isNaN else { return nan ?? signMask }
    let sign = value.sign == .minus ? signMask : 0
    let magnitude = value.magnitude
    if !isSigned && (value.sign == .minus || magnitude == 0) { return value == 0 ? 0 : (nan ?? 0) }
    let overflow = saturating ? greatest | sign : (infinity.map { $0 | sign } ?? nanPattern(sign))
    if magnitude.isInfinite { return overflow }
    let least = (isSigned ? 1 : 0) - bias
    let exponent = max(magnitude == 0 ? least : Int(magnitude.exponent), least)
    // Scaled so that the format's last place is 1; both factors are exact in double.
    let scaled = Double(magnitude) * Double(sign: .plus, exponent: mantissaBits - exponent, significand: 1)
    let rounded = Int(scaled.rounded(.toNearestOrEven))
    let code: Int
    if isSigned {
      code = rounded < 1 << mantissaBits ? rounded : ((exponent + bias) << mantissaBits) + rounded - (1 << mantissaBits)
    } else {
      code = exponent + bias + (rounded > 1 ? 1 : 0)
    }
    if code > Int(greatest) { return overflow }
    if code == 0 && !hasNegativeZero { return 0 }
    return UInt8(code) | sign
  }

  private func nanPattern(_ sign: UInt8) -> UInt8 {
    guard let nan else { return greatest | sign }
    return hasNegativeZero ? nan | sign : nan
  }
}
