#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A float that the mathematical library computes with, in its own precision.
public protocol RealMath: Scalar, BinaryFloatingPoint {
  var exponential: Self { get }
  var exponentialMinusOne: Self { get }
  var naturalLogarithm: Self { get }
  /// The logarithm of 1 + x, precise near zero.
  var logarithmOnePlus: Self { get }
  var sine: Self { get }
  var cosine: Self { get }
  var tangent: Self { get }
  var arcSine: Self { get }
  var arcCosine: Self { get }
  var arcTangent: Self { get }
  var hyperbolicSine: Self { get }
  var hyperbolicCosine: Self { get }
  var hyperbolicTangent: Self { get }
  var inverseHyperbolicSine: Self { get }
  var inverseHyperbolicCosine: Self { get }
  var inverseHyperbolicTangent: Self { get }
  var errorFunction: Self { get }
  func power(_ exponent: Self) -> Self
}

extension Float: RealMath {
  @inlinable public var exponential: Float { expf(self) }
  @inlinable public var exponentialMinusOne: Float { expm1f(self) }
  @inlinable public var naturalLogarithm: Float { logf(self) }
  @inlinable public var logarithmOnePlus: Float { log1pf(self) }
  @inlinable public var sine: Float { sinf(self) }
  @inlinable public var cosine: Float { cosf(self) }
  @inlinable public var tangent: Float { tanf(self) }
  @inlinable public var arcSine: Float { asinf(self) }
  @inlinable public var arcCosine: Float { acosf(self) }
  @inlinable public var arcTangent: Float { atanf(self) }
  @inlinable public var hyperbolicSine: Float { sinhf(self) }
  @inlinable public var hyperbolicCosine: Float { coshf(self) }
  @inlinable public var hyperbolicTangent: Float { tanhf(self) }
  @inlinable public var inverseHyperbolicSine: Float { asinhf(self) }
  @inlinable public var inverseHyperbolicCosine: Float { acoshf(self) }
  @inlinable public var inverseHyperbolicTangent: Float { atanhf(self) }
  @inlinable public var errorFunction: Float { erff(self) }
  @inlinable public func power(_ exponent: Float) -> Float { powf(self, exponent) }
}

extension Double: RealMath {
  @inlinable public var exponential: Double { exp(self) }
  @inlinable public var exponentialMinusOne: Double { expm1(self) }
  @inlinable public var naturalLogarithm: Double { log(self) }
  @inlinable public var logarithmOnePlus: Double { log1p(self) }
  @inlinable public var sine: Double { sin(self) }
  @inlinable public var cosine: Double { cos(self) }
  @inlinable public var tangent: Double { tan(self) }
  @inlinable public var arcSine: Double { asin(self) }
  @inlinable public var arcCosine: Double { acos(self) }
  @inlinable public var arcTangent: Double { atan(self) }
  @inlinable public var hyperbolicSine: Double { sinh(self) }
  @inlinable public var hyperbolicCosine: Double { cosh(self) }
  @inlinable public var hyperbolicTangent: Double { tanh(self) }
  @inlinable public var inverseHyperbolicSine: Double { asinh(self) }
  @inlinable public var inverseHyperbolicCosine: Double { acosh(self) }
  @inlinable public var inverseHyperbolicTangent: Double { atanh(self) }
  @inlinable public var errorFunction: Double { erf(self) }
  @inlinable public func power(_ exponent: Double) -> Double { pow(self, exponent) }
}
