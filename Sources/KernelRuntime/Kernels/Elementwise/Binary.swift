import CKernels

/// Which function `BinaryKernel` applies.
public enum BinaryFunction: String, Codable, Sendable, CaseIterable {
  case add, sub, mul, div
  /// The operands' types may differ; the result has the base's.
  case pow
  /// The remainder with the divisor's sign: Mod with `fmod` = 0.
  case floorRemainder
  /// The remainder with the dividend's sign: Mod with `fmod` = 1.
  case truncatedRemainder
  /// NaN when either operand is.
  case min, max
  /// `x` where it is positive, else `slope · x`; the operands are `x` and `slope`.
  case prelu
  /// On booleans.
  case and, or, xor
  /// On integers.
  case bitwiseAnd, bitwiseOr, bitwiseXor, shiftLeft, shiftRight
  /// Give booleans; `equal` compares booleans and strings too.
  case equal, less, lessOrEqual, greater, greaterOrEqual
}

/// Applies a function to the elements of operands 0 and 1, broadcast as numpy does.
public struct BinaryKernel: Kernel {
  public var function: BinaryFunction

  public init(function: BinaryFunction) { self.function = function }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let a = try operands.spec(0)
    let b = try operands.spec(1)
    if function == .pow {
      if a.type != b.type { return try preparePower(a, b) }
    } else if a.type != b.type {
      throw .invalid("\(function.rawValue) of \(a.type.name) and \(b.type.name)")
    }
    let shape = try broadcastShape([a.shape, b.shape])
    if function == .prelu, shape != a.shape { throw .invalid("the slope does not broadcast to \(a.shape)") }
    let nest = LoopNest(shape, strides: [broadcastStrides(a.shape, to: shape), broadcastStrides(b.shape, to: shape)])
    switch function {
    case .and, .or, .xor:
      try require(a, is: .bool, "operand 0")
      return prepare(Logic(function: function), UInt8.self, UInt8.self, try .checked(.bool, shape), nest)
    case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight:
      return try a.type.integer(VisitBits(kernel: self, result: try .checked(a.type, shape), nest: nest))
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual:
      let result = try TensorSpec.checked(.bool, shape)
      if function == .equal, a.type == .string {
        return Prepared([result]) { invocation in
          let (x, y) = (invocation.operand(0, as: String.self), invocation.operand(1, as: String.self))
          let destination = invocation.result(0, as: UInt8.self)
          let step = nest.step
          nest.forEachRun(0..<nest.count) { start, count, offset in
            for i in 0..<count {
              destination[start + i] = x[offset[0] + i * step[0]] == y[offset[1] + i * step[1]] ? 1 : 0
            }
          }
        }
      }
      if function == .equal, a.type == .bool {
        return prepare(Comparison<UInt8>(function: .equal), UInt8.self, UInt8.self, result, nest)
      }
      return try a.type.numeric(VisitComparison(kernel: self, result: result, nest: nest))
    case .pow:
      let result = try TensorSpec.checked(a.type, shape)
      if a.type.isInteger { return try a.type.integer(VisitIntegerPower(kernel: self, result: result, nest: nest)) }
      return try a.type.float(VisitRealPower(kernel: self, result: result, nest: nest))
    default:
      let result = try TensorSpec.checked(a.type, shape)
      if a.type == .float, !options.reference, let combination = function.vectorized {
        return prepare(combination, result, nest)
      }
      return try a.type.numeric(VisitArithmetic(kernel: self, result: result, nest: nest))
    }
  }

  /// Prepares code that works on runs of the broadcast operands.
  private func prepare<R: RunFunction>(
    _ function: R, _ source: R.Source.Type, _ destination: R.Destination.Type, _ result: TensorSpec, _ nest: LoopNest
  ) -> Prepared {
    let whole = R.Source.self == R.Destination.self ? nest.wholeOperand : nil
    return Prepared([result], inPlaceOperand: whole) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: R.Source.self)
      nonisolated(unsafe) let y = invocation.operand(1, as: R.Source.self)
      nonisolated(unsafe) let z = invocation.result(0, as: R.Destination.self)
      let step = nest.step
      invocation.threads.forRanges(nest.count, grain: cheapGrain) { range in
        nest.forEachRun(range) { start, count, offset in
          function.apply(x + offset[0], step[0], y + offset[1], step[1], z + start, count)
        }
      }
    }
  }

  /// As `prepare`, for single precision, whose arithmetic C does with the widest vectors that the processor has.
  private func prepare(_ combination: onramp_combination, _ result: TensorSpec, _ nest: LoopNest) -> Prepared {
    let runs = BroadcastRuns(nest)
    return Prepared([result], inPlaceOperand: nest.wholeOperand) { invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.operand(1, as: Float.self)
      nonisolated(unsafe) let z = invocation.result(0, as: Float.self)
      let step = runs.step
      runs.forEach(invocation.threads, grain: cheapGrain) { start, offset, row, count, rowCount in
        onramp_combine_rows(
          combination, x + offset[0], step[0], row[0], y + offset[1], step[1], row[1], z + start, count, rowCount)
      }
    }
  }

  private struct VisitArithmetic: NumericVisitor {
    let kernel: BinaryKernel
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(Arithmetic<T>(function: kernel.function), type, type, result, nest)
    }
  }

  private struct VisitRealPower: FloatVisitor {
    let kernel: BinaryKernel
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(RealPower<T>(), type, type, result, nest)
    }
  }

  private struct VisitIntegerPower: IntegerVisitor {
    let kernel: BinaryKernel
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: IntegerElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(IntegerPower<T>(), type, type, result, nest)
    }
  }

  private struct VisitBits: IntegerVisitor {
    let kernel: BinaryKernel
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: IntegerElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(Bits<T>(function: kernel.function), type, type, result, nest)
    }
  }

  private struct VisitComparison: NumericVisitor {
    let kernel: BinaryKernel
    let result: TensorSpec
    let nest: LoopNest
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(Comparison<T>(function: kernel.function), type, UInt8.self, result, nest)
    }
  }

  /// A power whose exponent has another type than its base: both are converted, so that one loop serves all pairs.
  private func preparePower(_ a: TensorSpec, _ b: TensorSpec) throws(KernelError) -> Prepared {
    let wide: ElementType = a.type.isInteger && b.type.isInteger ? .int64 : .double
    let wideA = try CastKernel(to: wide).prepare(Operands([Operand(spec: a)]), options: KernelOptions())
    let wideB = try CastKernel(to: wide).prepare(Operands([Operand(spec: b)]), options: KernelOptions())
    let power = try prepare(
      Operands([Operand(spec: TensorSpec(wide, a.shape)), Operand(spec: TensorSpec(wide, b.shape))]),
      options: KernelOptions())
    let wideResult = power.results[0]
    let narrow = try CastKernel(to: a.type).prepare(Operands([Operand(spec: wideResult)]), options: KernelOptions())
    let atB = alignedSize(wideA.results[0].byteCount)
    let atResult = atB + alignedSize(wideB.results[0].byteCount)
    return Prepared(narrow.results, scratchBytes: atResult + alignedSize(wideResult.byteCount)) {
      (invocation: borrowing Invocation) throws(KernelError) in
      let x = UnsafeMutableRawPointer(mutating: invocation.operand(0, as: UInt8.self))
      let y = UnsafeMutableRawPointer(mutating: invocation.operand(1, as: UInt8.self))
      let z = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      let scratch = invocation.scratch
      try wideA.run([x], [scratch], like: invocation)
      try wideB.run([y], [scratch + atB], like: invocation)
      try power.run([scratch, scratch + atB], [scratch + atResult], like: invocation)
      try narrow.run([scratch + atResult], [z], like: invocation)
    }
  }
}

/// A function of runs of elements, specialized for their types.
private protocol RunFunction: Sendable {
  associatedtype Source: BitwiseCopyable
  associatedtype Destination: BitwiseCopyable
  /// - Parameters:
  ///   - sx, sy: how far apart neighbouring elements lie: 1, or 0 for one that is repeated.
  func apply(
    _ x: UnsafePointer<Source>, _ sx: Int, _ y: UnsafePointer<Source>, _ sy: Int,
    _ z: UnsafeMutablePointer<Destination>, _ n: Int)
}

/// Three loops, each simple enough to be vectorized.
@inline(__always)
private func zip<S: NumericElement, D: BitwiseCopyable>(
  _ x: UnsafePointer<S>, _ sx: Int, _ y: UnsafePointer<S>, _ sy: Int, _ z: UnsafeMutablePointer<D>, _ n: Int,
  _ f: (S.Compute, S.Compute) -> D
) {
  if sx == 0 {
    let a = x[0].compute
    for i in 0..<n { z[i] = f(a, y[i &* sy].compute) }
  } else if sy == 0 {
    let b = y[0].compute
    for i in 0..<n { z[i] = f(x[i].compute, b) }
  } else {
    for i in 0..<n { z[i] = f(x[i].compute, y[i].compute) }
  }
}

private struct Arithmetic<T: NumericElement>: RunFunction {
  let function: BinaryFunction
  func apply(
    _ x: UnsafePointer<T>, _ sx: Int, _ y: UnsafePointer<T>, _ sy: Int, _ z: UnsafeMutablePointer<T>, _ n: Int
  ) {
    let zero = T.Compute.zero
    switch function {
    case .add: zip(x, sx, y, sy, z, n) { T(compute: $0.adding($1)) }
    case .sub: zip(x, sx, y, sy, z, n) { T(compute: $0.subtracting($1)) }
    case .mul: zip(x, sx, y, sy, z, n) { T(compute: $0.multiplied(by: $1)) }
    case .div: zip(x, sx, y, sy, z, n) { T(compute: $0.divided(by: $1)) }
    case .floorRemainder: zip(x, sx, y, sy, z, n) { T(compute: $0.floorRemainder($1)) }
    case .truncatedRemainder: zip(x, sx, y, sy, z, n) { T(compute: $0.truncatedRemainder($1)) }
    case .min: zip(x, sx, y, sy, z, n) { T(compute: $0 < $1 || $0.isNaNValue ? $0 : $1) }
    case .max: zip(x, sx, y, sy, z, n) { T(compute: $0 > $1 || $0.isNaNValue ? $0 : $1) }
    case .prelu: zip(x, sx, y, sy, z, n) { T(compute: $0 < zero ? $1.multiplied(by: $0) : $0) }
    // `prepare` sends nothing else here.
    default: break
    }
  }
}

extension BinaryFunction {
  /// The function as one of those that C vectorizes for single precision.
  var vectorized: onramp_combination? {
    switch self {
    case .add: ONRAMP_ADD
    case .sub: ONRAMP_SUBTRACT
    case .mul: ONRAMP_MULTIPLY
    case .div: ONRAMP_DIVIDE
    case .min: ONRAMP_MINIMUM
    case .max: ONRAMP_MAXIMUM
    default: nil
    }
  }
}

private struct RealPower<T: FloatElement>: RunFunction {
  func apply(
    _ x: UnsafePointer<T>, _ sx: Int, _ y: UnsafePointer<T>, _ sy: Int, _ z: UnsafeMutablePointer<T>, _ n: Int
  ) {
    if sy == 0, y[0].compute == 2 {
      zip(x, sx, y, sy, z, n) { a, _ in T(compute: a * a) }
    } else if sy == 0, y[0].compute == 0.5, sx == 1 {
      // The square root differs from the power for the negative zero and infinity only.
      zip(x, sx, y, sy, z, n) { a, b in T(compute: a > 0 ? a.squareRoot() : a.power(b)) }
    } else {
      zip(x, sx, y, sy, z, n) { T(compute: $0.power($1)) }
    }
  }
}

private struct IntegerPower<T: IntegerElement>: RunFunction {
  func apply(
    _ x: UnsafePointer<T>, _ sx: Int, _ y: UnsafePointer<T>, _ sy: Int, _ z: UnsafeMutablePointer<T>, _ n: Int
  ) {
    zip(x, sx, y, sy, z, n) { base, exponent in
      // The reciprocal, rounded toward zero.
      guard exponent >= 0 else {
        if base == 1 { return 1 }
        return base == 0 &- 1 ? (exponent & 1 == 0 ? 1 : base) : 0
      }
      var result: T = 1
      var factor = base
      var rest = exponent
      while rest != 0 {
        if rest & 1 == 1 { result = result &* factor }
        factor = factor &* factor
        rest >>= 1
      }
      return result
    }
  }
}

private struct Bits<T: IntegerElement>: RunFunction {
  let function: BinaryFunction
  func apply(
    _ x: UnsafePointer<T>, _ sx: Int, _ y: UnsafePointer<T>, _ sy: Int, _ z: UnsafeMutablePointer<T>, _ n: Int
  ) {
    switch function {
    case .bitwiseAnd: zip(x, sx, y, sy, z, n) { $0 & $1 }
    case .bitwiseOr: zip(x, sx, y, sy, z, n) { $0 | $1 }
    case .bitwiseXor: zip(x, sx, y, sy, z, n) { $0 ^ $1 }
    // A negative count shifts everything out, as one that is too large does.
    case .shiftLeft: zip(x, sx, y, sy, z, n) { $0 << T.Magnitude(truncatingIfNeeded: $1) }
    case .shiftRight: zip(x, sx, y, sy, z, n) { $0 >> T.Magnitude(truncatingIfNeeded: $1) }
    // `prepare` sends nothing else here.
    default: break
    }
  }
}

private struct Comparison<T: NumericElement>: RunFunction {
  let function: BinaryFunction
  func apply(
    _ x: UnsafePointer<T>, _ sx: Int, _ y: UnsafePointer<T>, _ sy: Int, _ z: UnsafeMutablePointer<UInt8>, _ n: Int
  ) {
    switch function {
    case .equal: zip(x, sx, y, sy, z, n) { $0 == $1 ? 1 : 0 }
    case .less: zip(x, sx, y, sy, z, n) { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: zip(x, sx, y, sy, z, n) { $0 <= $1 ? 1 : 0 }
    case .greater: zip(x, sx, y, sy, z, n) { $0 > $1 ? 1 : 0 }
    default: zip(x, sx, y, sy, z, n) { $0 >= $1 ? 1 : 0 }
    }
  }
}

private struct Logic: RunFunction {
  let function: BinaryFunction
  func apply(
    _ x: UnsafePointer<UInt8>, _ sx: Int, _ y: UnsafePointer<UInt8>, _ sy: Int, _ z: UnsafeMutablePointer<UInt8>,
    _ n: Int
  ) {
    switch function {
    case .and: zip(x, sx, y, sy, z, n) { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .or: zip(x, sx, y, sy, z, n) { $0 | $1 != 0 ? 1 : 0 }
    default: zip(x, sx, y, sy, z, n) { ($0 != 0) != ($1 != 0) ? 1 : 0 }
    }
  }
}
