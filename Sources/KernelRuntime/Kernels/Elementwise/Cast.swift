import CKernels

/// How `CastKernel` rounds to powers of two (float8e8m0).
public enum RoundMode: String, Codable, Sendable {
  case up, down, nearest
}

/// Converts the elements of operand 0 to another type, any to any but complex ones.
///
/// Floats become integers by truncation and integers wrap; strings are parsed and printed as numpy does.
public struct CastKernel: Kernel {
  public var to: ElementType
  /// Whether what an 8-bit float cannot hold becomes its greatest value, not infinity or NaN.
  public var saturate: Bool
  public var roundMode: RoundMode

  public init(to: ElementType, saturate: Bool = true, roundMode: RoundMode = .up) {
    self.to = to
    self.saturate = saturate
    self.roundMode = roundMode
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let result = try TensorSpec.checked(to, x.shape)
    let count = x.count
    if x.type == to { return Prepared(aliasing: 0, as: x) }
    guard !x.type.isComplex, !to.isComplex else { throw .unsupported("a cast from \(x.type.name) to \(to.name)") }
    if x.type == .string { return fromStrings(result, count) }
    if to == .string { return try toStrings(x, result, count) }
    // What has no arithmetic of its own passes through a type that has, a block at a time.
    let source = Self.wide(x.type)
    let destination = Self.wide(to)
    let decode = Self.decoder(x.type)
    let encode = encoder()
    let convert = try to == .bool ? source.numeric(ToBool()) : source.numeric(FromNumeric(to: destination))
    return Prepared([result]) { invocation in
      nonisolated(unsafe) let input = invocation.operand(0, as: UInt8.self)
      nonisolated(unsafe) let output = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      let inputSize = x.type.byteCount
      let outputSize = result.type.byteCount
      invocation.threads.forRanges(count, grain: cheapGrain / 4) { range in
        if decode == nil, encode == nil {
          return convert(
            UnsafeRawPointer(input) + range.lowerBound * inputSize, output + range.lowerBound * outputSize, range.count)
        }
        withUnsafeTemporaryAllocation(byteCount: 2 * 8 * Self.block, alignment: 8) { memory in
          guard let wideIn = memory.baseAddress else { return }
          let wideOut = wideIn + 8 * Self.block
          for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
            let n = min(Self.block, range.upperBound - start)
            var from = UnsafeRawPointer(input) + start * inputSize
            if let decode {
              decode(from, wideIn, n)
              from = UnsafeRawPointer(wideIn)
            }
            convert(from, encode == nil ? output + start * outputSize : wideOut, n)
            encode?(UnsafeRawPointer(wideOut), output + start * outputSize, n)
          }
        }
      }
    }
  }

  private typealias Loop = @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void
  private static let block = 512

  /// The type with arithmetic that a type is read as or made from.
  private static func wide(_ type: ElementType) -> ElementType {
    if NarrowFloatFormat(type) != nil { return .float }
    switch type {
    case .bool, .uint4, .uint2: return .uint8
    case .int4, .int2: return .int8
    default: return type
    }
  }

  /// A loop that widens elements, or nil where they are stored as their wide type.
  private static func decoder(_ type: ElementType) -> Loop? {
    if let format = NarrowFloatFormat(type) {
      let table = (0...255).map { format.decode(UInt8($0)) }
      return { source, destination, n in
        let source = source.assumingMemoryBound(to: UInt8.self)
        let destination = destination.assumingMemoryBound(to: Float.self)
        for i in 0..<n { destination[i] = table[Int(source[i])] }
      }
    }
    guard type == .bool else { return nil }
    return { source, destination, n in
      let source = source.assumingMemoryBound(to: UInt8.self)
      let destination = destination.assumingMemoryBound(to: UInt8.self)
      for i in 0..<n { destination[i] = source[i] == 0 ? 0 : 1 }
    }
  }

  /// A loop that makes the destination's elements from wide ones, or nil where they are the same.
  private func encoder() -> Loop? {
    if to == .float8e8m0 {
      return { [saturate, roundMode] source, destination, n in
        let source = source.assumingMemoryBound(to: Float.self)
        let destination = destination.assumingMemoryBound(to: UInt8.self)
        for i in 0..<n { destination[i] = Self.powerOfTwo(source[i], saturate, roundMode) }
      }
    }
    if let format = NarrowFloatFormat(to) {
      return { [saturate] source, destination, n in
        let source = source.assumingMemoryBound(to: Float.self)
        let destination = destination.assumingMemoryBound(to: UInt8.self)
        for i in 0..<n { destination[i] = format.encode(source[i], saturating: saturate) }
      }
    }
    let bits: UInt8
    switch to {
    case .int4, .uint4: bits = 4
    case .int2, .uint2: bits = 2
    default: return nil
    }
    let signed = to == .int4 || to == .int2
    return { source, destination, n in
      let source = source.assumingMemoryBound(to: UInt8.self)
      let destination = destination.assumingMemoryBound(to: UInt8.self)
      for i in 0..<n {
        let high = source[i] << (8 - bits)
        destination[i] = signed ? UInt8(bitPattern: Int8(bitPattern: high) >> Int8(8 - bits)) : high >> (8 - bits)
      }
    }
  }

  private static func powerOfTwo(_ value: Float, _ saturate: Bool, _ mode: RoundMode) -> UInt8 {
    let bits = value.bitPattern
    var exponent = bits >> 23 & 0xFF
    if exponent == 0xFF { return 0xFF }
    let fraction = bits & 0x7F_FFFF
    let up =
      switch mode {
      case .up: fraction != 0
      case .down: false
      case .nearest: fraction > 0x40_0000 || (fraction == 0x40_0000 && exponent > 0)
      }
    if up && !(saturate && exponent == 0xFE) { exponent += 1 }
    return UInt8(truncatingIfNeeded: exponent)
  }

  // MARK: Between types with arithmetic

  private struct FromNumeric: NumericVisitor {
    let to: ElementType
    func visit<S: NumericElement>(_ type: S.Type) throws(KernelError) -> Loop {
      if S.elementType.isInteger { return try S.elementType.integer(FromInteger(to: to)) }
      return try S.elementType.float(FromFloat(to: to))
    }
  }
  private struct ToBool: NumericVisitor {
    func visit<S: NumericElement>(_ type: S.Type) -> Loop {
      CastKernel.loop(S.self, UInt8.self) { $0.compute == S.Compute.zero ? 0 : 1 }
    }
  }
  private struct FromInteger: IntegerVisitor {
    let to: ElementType
    func visit<S: IntegerElement>(_ type: S.Type) throws(KernelError) -> Loop {
      if to.isInteger { return try to.integer(IntegerToInteger<S>()) }
      return try to.float(IntegerToFloat<S>())
    }
  }
  private struct FromFloat: FloatVisitor {
    let to: ElementType
    func visit<S: FloatElement>(_ type: S.Type) throws(KernelError) -> Loop {
      if to.isInteger { return try to.integer(FloatToInteger<S>()) }
      return try to.float(FloatToFloat<S>())
    }
  }
  private struct IntegerToInteger<S: IntegerElement>: IntegerVisitor {
    func visit<D: IntegerElement>(_ type: D.Type) -> Loop {
      CastKernel.loop(S.self, D.self) { D(truncatingIfNeeded: $0) }
    }
  }
  private struct IntegerToFloat<S: IntegerElement>: FloatVisitor {
    func visit<D: FloatElement>(_ type: D.Type) -> Loop {
      CastKernel.loop(S.self, D.self) { D(compute: D.Compute($0)) }
    }
  }
  private struct FloatToFloat<S: FloatElement>: FloatVisitor {
    func visit<D: FloatElement>(_ type: D.Type) -> Loop {
      CastKernel.loop(S.self, D.self) { D(compute: D.Compute($0.compute)) }
    }
  }
  private struct FloatToInteger<S: FloatElement>: IntegerVisitor {
    func visit<D: IntegerElement>(_ type: D.Type) -> Loop {
      if D.self == UInt64.self {
        return CastKernel.loop(S.self, D.self) {
          $0.compute < 0 ? D(wrapping: $0.compute.int64) : D(double: $0.compute.double)
        }
      }
      return CastKernel.loop(S.self, D.self) { D(wrapping: $0.compute.int64) }
    }
  }

  @inline(__always)
  private static func loop<S: NumericElement, D>(
    _ source: S.Type, _ destination: D.Type, _ convert: @escaping @Sendable (S) -> D
  ) -> Loop {
    { source, destination, n in
      let source = source.assumingMemoryBound(to: S.self)
      let destination = destination.assumingMemoryBound(to: D.self)
      for i in 0..<n { destination[i] = convert(source[i]) }
    }
  }

  // MARK: Strings

  private func fromStrings(_ result: TensorSpec, _ count: Int) -> Prepared {
    if to.isInteger, let narrow = try? CastKernel(to: to).integerStore() {
      return Prepared([result]) { (invocation: borrowing Invocation) throws(KernelError) in
        let source = invocation.operand(0, as: String.self)
        let destination = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
        for i in 0..<count {
          // A number with a fraction, which ONNX leaves undefined, is cut off.
          if let value = Int64(source[i]) {
            narrow(destination, i, value)
          } else if let value = UInt64(source[i]) {
            narrow(destination, i, Int64(bitPattern: value))
          } else {
            narrow(destination, i, try Self.parse(source[i]).int64)
          }
        }
      }
    }
    return Prepared([result]) { [to, saturate, roundMode] (invocation: borrowing Invocation) throws(KernelError) in
      let source = invocation.operand(0, as: String.self)
      var values: [Double] = []
      values.reserveCapacity(count)
      for i in 0..<count { values.append(try Self.parse(source[i])) }
      let wide = TensorSpec(.double, [count])
      let narrow = try CastKernel(to: to, saturate: saturate, roundMode: roundMode)
        .prepare(Operands([Operand(spec: wide)]), options: KernelOptions())
      let destination = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      guard count > 0 else { return }
      if to == .double {
        for i in 0..<count { destination.assumingMemoryBound(to: Double.self)[i] = values[i] }
        return
      }
      let tensor = try Tensor(values, shape: [count])
      try narrow.run([UnsafeMutableRawPointer(mutating: tensor.address)], [destination], like: invocation)
    }
  }

  private static func parse(_ text: String) throws(KernelError) -> Double {
    let trimmed = text.drop(while: \.isWhitespace)
    if let value = Double(trimmed) { return value }
    throw .invalid("\(text.debugDescription) is not a number")
  }

  private func integerStore() throws(KernelError) -> @Sendable (UnsafeMutableRawPointer, Int, Int64) -> Void {
    let encode = encoder()
    let store = try Self.wide(to).integer(IntegerStore())
    guard let encode else { return store }
    return { destination, i, value in
      store(destination, i, value)
      encode(UnsafeRawPointer(destination + i), destination + i, 1)
    }
  }

  private struct IntegerStore: IntegerVisitor {
    func visit<T: IntegerElement>(_ type: T.Type) -> @Sendable (UnsafeMutableRawPointer, Int, Int64) -> Void {
      { destination, i, value in destination.assumingMemoryBound(to: T.self)[i] = T(wrapping: value) }
    }
  }

  private func toStrings(_ x: TensorSpec, _ result: TensorSpec, _ count: Int) throws(KernelError) -> Prepared {
    if x.type == .bool {
      return Prepared([result]) { invocation in
        let source = invocation.operand(0, as: UInt8.self)
        let destination = invocation.result(0, as: String.self)
        for i in 0..<count { destination[i] = source[i] == 0 ? "False" : "True" }
      }
    }
    if NarrowFloatFormat(x.type) != nil, let decode = Self.decoder(x.type) {
      return Prepared([result]) { invocation in
        let source = invocation.operand(0, as: UInt8.self)
        let destination = invocation.result(0, as: String.self)
        var value: Float = 0
        for i in 0..<count {
          decode(UnsafeRawPointer(source + i), &value, 1)
          destination[i] = value.description
        }
      }
    }
    return try Self.wide(x.type).numeric(Print(result: result, count: count))
  }

  private struct Print: NumericVisitor {
    let result: TensorSpec
    let count: Int
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [count] invocation in
        let source = invocation.operand(0, as: T.self)
        let destination = invocation.result(0, as: String.self)
        for i in 0..<count { destination[i] = "\(source[i].compute)" }
      }
    }
  }
}
