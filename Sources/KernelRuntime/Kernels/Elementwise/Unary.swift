import CKernels

/// Which function `UnaryKernel` applies.
public enum UnaryFunction: String, Codable, Sendable, CaseIterable {
  case abs, neg, ceil, floor
  /// To the nearest integer, ties to even.
  case round
  case sqrt, reciprocal, exp, log
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
  case erf, sigmoid, relu
  /// Parameters: alpha.
  case leakyRelu, elu, celu, thresholdedRelu, swish
  /// Parameters: alpha, gamma.
  case selu
  case softplus, softsign
  /// Parameters: alpha, beta.
  case hardSigmoid
  case hardSwish, mish
  /// The exact form, by the error function.
  case gelu
  /// The approximation by the hyperbolic tangent.
  case geluTanh
  /// Parameters: lambd, bias.
  case shrink
  case sign
  /// On booleans.
  case not
  /// On integers.
  case bitwiseNot
  /// Gives booleans.
  case isNaN
  /// Gives booleans. Parameters: whether to detect positive and whether to detect negative infinity, 1 or 0.
  case isInf

  /// The values that ONNX gives the parameters when the model does not.
  public var defaultParameters: [Double] {
    switch self {
    case .leakyRelu: [0.01]
    case .elu, .celu, .thresholdedRelu, .swish: [1]
    case .selu: [1.67326319217681884765625, 1.05070102214813232421875]
    case .hardSigmoid: [0.2, 0.5]
    case .shrink: [0.5, 0]
    case .isInf: [1, 1]
    default: []
    }
  }
}

extension UnaryFunction {
  /// The function as one of those that C vectorizes for single precision, within the error bounds stated there.
  var vectorized: onramp_function? {
    switch self {
    case .exp: ONRAMP_EXP
    case .sigmoid: ONRAMP_SIGMOID
    case .tanh: ONRAMP_TANH
    case .erf: ONRAMP_ERF
    case .gelu: ONRAMP_GELU
    case .geluTanh: ONRAMP_GELU_TANH
    case .swish: ONRAMP_SWISH
    case .hardSwish: ONRAMP_HARD_SWISH
    case .hardSigmoid: ONRAMP_HARD_SIGMOID
    case .relu: ONRAMP_RELU
    case .leakyRelu: ONRAMP_LEAKY_RELU
    case .abs: ONRAMP_ABSOLUTE
    case .neg: ONRAMP_NEGATE
    case .sqrt: ONRAMP_SQUARE_ROOT
    case .reciprocal: ONRAMP_RECIPROCAL
    default: nil
    }
  }
}

/// Applies a function to each element of operand 0. The result has the operand's type, or bool for the tests.
public struct UnaryKernel: Kernel {
  public var function: UnaryFunction
  public var parameters: [Double]

  /// - Parameter parameters: those that `UnaryFunction` documents; ONNX's defaults stand in for missing ones.
  public init(function: UnaryFunction, parameters: [Double] = []) {
    self.function = function
    self.parameters = parameters + function.defaultParameters.dropFirst(parameters.count)
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let count = try x.checkedCount()
    guard parameters.count >= function.defaultParameters.count else {
      throw .invalid("\(function.rawValue) needs \(function.defaultParameters.count) parameters")
    }
    let p0 = parameters.first ?? 0
    let p1 = parameters.dropFirst().first ?? 0
    if x.type == .float, !options.reference, let vectorized = function.vectorized {
      return Prepared([x], inPlaceOperand: 0) { invocation in
        nonisolated(unsafe) let source = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let destination = invocation.result(0, as: Float.self)
        invocation.threads.forRanges(count, grain: cheapGrain) { range in
          onramp_map(
            vectorized, Float(p0), Float(p1), source + range.lowerBound, destination + range.lowerBound, range.count)
        }
      }
    }
    switch function {
    case .not:
      try require(x, is: .bool, "the operand")
      return Prepared([x], inPlaceOperand: 0) { invocation in
        let source = invocation.operand(0, as: UInt8.self)
        let destination = invocation.result(0, as: UInt8.self)
        for i in 0..<count { destination[i] = source[i] == 0 ? 1 : 0 }
      }
    case .bitwiseNot:
      return try x.type.integer(BitwiseNot(spec: x, count: count))
    case .isNaN, .isInf:
      let result = TensorSpec(.bool, x.shape)
      if x.type.isInteger {
        return Prepared([result]) { $0.result(0, as: UInt8.self).update(repeating: 0, count: count) }
      }
      if let format = NarrowFloatFormat(x.type) {
        let table = (0...255).map { Self.test(function, format.decode(UInt8($0)), p0 != 0, p1 != 0) }
        return Prepared([result]) { invocation in
          let source = invocation.operand(0, as: UInt8.self)
          let destination = invocation.result(0, as: UInt8.self)
          for i in 0..<count { destination[i] = table[Int(source[i])] }
        }
      }
      return try x.type.float(Test(function: function, positive: p0 != 0, negative: p1 != 0, spec: result))
    case .abs, .neg, .relu, .sign, .leakyRelu, .thresholdedRelu, .shrink:
      return try x.type.numeric(Simple(function: function, p0: p0, p1: p1, spec: x, count: count))
    case .ceil, .floor, .round:
      // Integers are their own roundings.
      if x.type.isInteger { return Prepared(aliasing: 0, as: x) }
      return try x.type.float(Real(function: function, p0: p0, p1: p1, spec: x, count: count))
    default:
      return try x.type.float(Real(function: function, p0: p0, p1: p1, spec: x, count: count))
    }
  }

  @inline(__always)
  private static func test<C: BinaryFloatingPoint>(
    _ function: UnaryFunction, _ x: C, _ positive: Bool, _ negative: Bool
  ) -> UInt8 {
    if function == .isNaN { return x.isNaN ? 1 : 0 }
    return x.isInfinite && (x > 0 ? positive : negative) ? 1 : 0
  }

  private struct BitwiseNot: IntegerVisitor {
    let spec: TensorSpec
    let count: Int
    func visit<T: IntegerElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [count] invocation in
        let source = invocation.operand(0, as: T.self)
        let destination = invocation.result(0, as: T.self)
        for i in 0..<count { destination[i] = ~source[i] }
      }
    }
  }

  private struct Test: FloatVisitor {
    let function: UnaryFunction
    let positive: Bool
    let negative: Bool
    let spec: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec]) { [self] invocation in
        let source = invocation.operand(0, as: T.self)
        let destination = invocation.result(0, as: UInt8.self)
        for i in 0..<spec.count {
          destination[i] = UnaryKernel.test(function, source[i].compute, positive, negative)
        }
      }
    }
  }

  /// Functions made of comparisons and arithmetic, which integers have too.
  private struct Simple: NumericVisitor {
    let function: UnaryFunction
    let p0: Double
    let p1: Double
    let spec: TensorSpec
    let count: Int
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [self] invocation in
        nonisolated(unsafe) let source = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let destination = invocation.result(0, as: T.self)
        invocation.threads.forRanges(count, grain: cheapGrain) { range in
          apply(source + range.lowerBound, destination + range.lowerBound, range.count)
        }
      }
    }
    private func apply<T: NumericElement>(_ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ n: Int) {
      typealias C = T.Compute
      let zero = C.zero
      let a = C(double: p0)
      let b = C(double: p1)
      switch function {
      case .abs: map(x, y, n) { $0 < zero ? $0.negated : ($0 == zero ? zero : $0) }
      case .neg: map(x, y, n) { $0.negated }
      // Written so that NaN passes through.
      case .relu: map(x, y, n) { $0 < zero ? zero : $0 }
      case .sign: map(x, y, n) { $0 > zero ? C.one : $0 < zero ? C.one.negated : $0 }
      case .leakyRelu: map(x, y, n) { $0 < zero ? a.multiplied(by: $0) : $0 }
      case .thresholdedRelu: map(x, y, n) { $0 > a ? $0 : zero }
      default:
        // For an unsigned type no element is below this.
        let low = C(double: -p0)
        map(x, y, n) { $0 < low ? $0.adding(b) : $0 > a ? $0.subtracting(b) : zero }
      }
    }
  }

  private struct Real: FloatVisitor {
    let function: UnaryFunction
    let p0: Double
    let p1: Double
    let spec: TensorSpec
    let count: Int
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [self] invocation in
        nonisolated(unsafe) let source = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let destination = invocation.result(0, as: T.self)
        invocation.threads.forRanges(count, grain: cheapGrain / 8) { range in
          applyReal(function, p0, p1, source + range.lowerBound, destination + range.lowerBound, range.count)
        }
      }
    }
  }
}

@inline(__always)
private func map<T: NumericElement>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ n: Int, _ f: (T.Compute) -> T.Compute
) {
  for i in 0..<n { y[i] = T(compute: f(x[i].compute)) }
}

/// Applies one of the functions on floats to `n` elements; `y` may be `x`.
func applyReal<T: FloatElement>(
  _ function: UnaryFunction, _ p0: Double, _ p1: Double, _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ n: Int
) {
  typealias C = T.Compute
  let a = C(double: p0)
  let b = C(double: p1)
  switch function {
  case .ceil: map(x, y, n) { $0.rounded(.up) }
  case .floor: map(x, y, n) { $0.rounded(.down) }
  case .round: map(x, y, n) { $0.rounded(.toNearestOrEven) }
  case .sqrt: map(x, y, n) { $0.squareRoot() }
  case .reciprocal: map(x, y, n) { 1 / $0 }
  case .exp: map(x, y, n) { $0.exponential }
  case .log: map(x, y, n) { $0.naturalLogarithm }
  case .sin: map(x, y, n) { $0.sine }
  case .cos: map(x, y, n) { $0.cosine }
  case .tan: map(x, y, n) { $0.tangent }
  case .asin: map(x, y, n) { $0.arcSine }
  case .acos: map(x, y, n) { $0.arcCosine }
  case .atan: map(x, y, n) { $0.arcTangent }
  case .sinh: map(x, y, n) { $0.hyperbolicSine }
  case .cosh: map(x, y, n) { $0.hyperbolicCosine }
  case .tanh: map(x, y, n) { $0.hyperbolicTangent }
  case .asinh: map(x, y, n) { $0.inverseHyperbolicSine }
  case .acosh: map(x, y, n) { $0.inverseHyperbolicCosine }
  case .atanh: map(x, y, n) { $0.inverseHyperbolicTangent }
  case .erf: map(x, y, n) { $0.errorFunction }
  case .sigmoid: map(x, y, n) { sigmoid($0) }
  case .elu: map(x, y, n) { $0 < 0 ? a * $0.exponentialMinusOne : $0 }
  case .celu: map(x, y, n) { $0 < 0 ? a * ($0 / a).exponentialMinusOne : $0 }
  case .selu: map(x, y, n) { $0 > 0 ? b * $0 : b * (a * $0.exponentialMinusOne) }
  case .softplus: map(x, y, n) { softplus($0) }
  case .softsign: map(x, y, n) { $0 / (1 + $0.magnitude) }
  case .hardSigmoid: map(x, y, n) { clamp01(a * $0 + b) }
  case .hardSwish: map(x, y, n) { $0 * clamp01($0 / 6 + 1 / 2) }
  case .mish: map(x, y, n) { $0 * softplus($0).hyperbolicTangent }
  case .gelu: map(x, y, n) { $0 / 2 * (1 + ($0 * C(0.5).squareRoot()).errorFunction) }
  case .geluTanh:
    let scale = C(double: 0.7978845608028654)
    let cubic = C(double: 0.044715)
    map(x, y, n) { $0 / 2 * (1 + (scale * ($0 + cubic * $0 * $0 * $0)).hyperbolicTangent) }
  case .swish: map(x, y, n) { $0 * sigmoid(a * $0) }
  case .relu: map(x, y, n) { $0 < 0 ? 0 : $0 }
  case .leakyRelu: map(x, y, n) { $0 < 0 ? a * $0 : $0 }
  case .thresholdedRelu: map(x, y, n) { $0 > a ? $0 : 0 }
  // The remaining functions are not on floats alone and never come here.
  default: map(x, y, n) { $0 }
  }
}

/// Both forms avoid the overflow of the other.
@inline(__always)
func sigmoid<C: RealMath>(_ x: C) -> C {
  if x >= 0 { return 1 / (1 + (-x).exponential) }
  let e = x.exponential
  return e / (1 + e)
}

@inline(__always)
func softplus<C: RealMath>(_ x: C) -> C {
  x > 0 ? x + (-x).exponential.logarithmOnePlus : x.exponential.logarithmOnePlus
}

/// Lets NaN pass through.
@inline(__always)
private func clamp01<C: RealMath>(_ x: C) -> C { x < 0 ? 0 : x > 1 ? 1 : x }
