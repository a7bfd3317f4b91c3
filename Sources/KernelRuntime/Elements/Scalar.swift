/// A type that tensors store.
public protocol Element: Sendable {
  static var elementType: ElementType { get }
}

/// A number that kernels compute with directly: a machine integer, `Float` or `Double`.
///
/// The operations never trap: integers wrap, division by zero gives zero.
public protocol Scalar: Comparable, BitwiseCopyable, Sendable {
  static var zero: Self { get }
  static var one: Self { get }
  /// The least and the greatest value, infinities for floats: the neutral elements of maximum and minimum.
  static var lowest: Self { get }
  static var highest: Self { get }
  var isNaNValue: Bool { get }
  func adding(_ other: Self) -> Self
  func subtracting(_ other: Self) -> Self
  func multiplied(by other: Self) -> Self
  /// The quotient, for integers rounded toward zero.
  func divided(by other: Self) -> Self
  /// The remainder with the sign of the divisor (Python's `%`).
  func floorRemainder(_ divisor: Self) -> Self
  /// The remainder with the sign of the dividend (C's `fmod`).
  func truncatedRemainder(_ divisor: Self) -> Self
  var negated: Self { get }
  var double: Double { get }
  /// Integers saturate and take zero for NaN; floats round.
  init(double: Double)
  /// The value as an integer: floats are truncated and saturate.
  var int64: Int64 { get }
  init(wrapping value: Int64)
}

extension Scalar where Self: FixedWidthInteger {
  @inlinable public static var one: Self { 1 }
  @inlinable public static var lowest: Self { min }
  @inlinable public static var highest: Self { max }
  @inlinable public var isNaNValue: Bool { false }
  @inlinable public func adding(_ other: Self) -> Self { self &+ other }
  @inlinable public func subtracting(_ other: Self) -> Self { self &- other }
  @inlinable public func multiplied(by other: Self) -> Self { self &* other }
  @inlinable public func divided(by other: Self) -> Self {
    let (quotient, overflow) = dividedReportingOverflow(by: other)
    return overflow ? (other == 0 ? 0 : self) : quotient
  }
  @inlinable public func floorRemainder(_ divisor: Self) -> Self {
    let r = truncatedRemainder(divisor)
    return r != 0 && (r < 0) != (divisor < 0) ? r &+ divisor : r
  }
  @inlinable public func truncatedRemainder(_ divisor: Self) -> Self {
    let (r, overflow) = remainderReportingOverflow(dividingBy: divisor)
    return overflow ? 0 : r
  }
  @inlinable public var negated: Self { 0 &- self }
  @inlinable public var double: Double { Double(self) }
  @inlinable public init(double: Double) {
    if double.isNaN {
      self = 0
    } else if double >= Double(Self.max) {
      self = .max
    } else if double <= Double(Self.min) {
      self = .min
    } else {
      self = Self(double)
    }
  }
  @inlinable public var int64: Int64 { Int64(truncatingIfNeeded: self) }
  @inlinable public init(wrapping value: Int64) { self = Self(truncatingIfNeeded: value) }
}

extension Scalar where Self: BinaryFloatingPoint {
  @inlinable public static var one: Self { 1 }
  @inlinable public static var lowest: Self { -.infinity }
  @inlinable public static var highest: Self { .infinity }
  @inlinable public var isNaNValue: Bool { self != self }
  @inlinable public func adding(_ other: Self) -> Self { self + other }
  @inlinable public func subtracting(_ other: Self) -> Self { self - other }
  @inlinable public func multiplied(by other: Self) -> Self { self * other }
  @inlinable public func divided(by other: Self) -> Self { self / other }
  @inlinable public func floorRemainder(_ divisor: Self) -> Self {
    let r = truncatedRemainder(divisor)
    // A zero has the divisor's sign as well.
    if r == 0 { return Self(signOf: divisor, magnitudeOf: r) }
    return (r < 0) != (divisor < 0) ? r + divisor : r
  }
  @inlinable public func truncatedRemainder(_ divisor: Self) -> Self {
    truncatingRemainder(dividingBy: divisor)
  }
  @inlinable public var negated: Self { -self }
  @inlinable public var double: Double { Double(self) }
  @inlinable public init(double: Double) { self = Self(double) }
  @inlinable public var int64: Int64 { Int64(double: Double(self)) }
  @inlinable public init(wrapping value: Int64) { self = Self(value) }
}

/// An element that arithmetic applies to. Narrow floats compute in `Float` and are rounded when stored.
public protocol NumericElement: Element, BitwiseCopyable {
  associatedtype Compute: Scalar
  /// What plain kernels add products up in: for `Float` `Double`, as what fast kernels are compared with must be closer
  /// to the truth than they are.
  associatedtype Sum: Scalar = Compute
  var compute: Compute { get }
  var summand: Sum { get }
  init(compute: Compute)
  /// Rounds.
  init(sum: Sum)
}

extension NumericElement where Sum == Compute {
  @inlinable public var summand: Sum { compute }
  @inlinable public init(sum: Sum) { self.init(compute: sum) }
}

extension NumericElement where Self: Scalar, Compute == Self {
  @inlinable public var compute: Self { self }
  @inlinable public init(compute: Self) { self = compute }
}

/// A `NumericElement` with a fraction.
public protocol FloatElement: NumericElement where Compute: RealMath {}
/// A `NumericElement` that is a machine integer.
public protocol IntegerElement: NumericElement, Scalar, FixedWidthInteger where Compute == Self {}

extension Float: Scalar, FloatElement {
  public typealias Compute = Float
  public typealias Sum = Double
  @inlinable public var summand: Double { Double(self) }
  @inlinable public init(sum: Double) { self.init(sum) }
  public static var elementType: ElementType { .float }
}
extension Double: Scalar, FloatElement {
  public typealias Compute = Double
  public static var elementType: ElementType { .double }
}
extension Int8: IntegerElement {
  public typealias Compute = Int8
  public static var elementType: ElementType { .int8 }
}
extension Int16: IntegerElement {
  public typealias Compute = Int16
  public static var elementType: ElementType { .int16 }
}
extension Int32: IntegerElement {
  public typealias Compute = Int32
  public static var elementType: ElementType { .int32 }
}
extension Int64: IntegerElement {
  public typealias Compute = Int64
  public static var elementType: ElementType { .int64 }
}
extension UInt8: IntegerElement {
  public typealias Compute = UInt8
  public static var elementType: ElementType { .uint8 }
}
extension UInt16: IntegerElement {
  public typealias Compute = UInt16
  public static var elementType: ElementType { .uint16 }
}
extension UInt32: IntegerElement {
  public typealias Compute = UInt32
  public static var elementType: ElementType { .uint32 }
}
extension UInt64: IntegerElement {
  public typealias Compute = UInt64
  public static var elementType: ElementType { .uint64 }
}
extension Bool: Element {
  public static var elementType: ElementType { .bool }
}
extension String: Element {
  public static var elementType: ElementType { .string }
}
