import CKernels

/// Divides operand 0 by operand 1, the scale, rounds to even and adds operand 2, the optional zero point.
///
/// The scale is one number, or one for each place along an axis, or one for each block of such places.
public struct QuantizeLinearKernel: Kernel {
  public var axis: Int
  /// The length of a block; 0 for no blocks.
  public var blockSize: Int
  /// The result's type where there is no zero point to tell it.
  public var outputType: ElementType?
  /// As in `CastKernel`, for 8-bit floats.
  public var saturate: Bool
  /// The type that the division computes in; the scale's if nil.
  public var precision: ElementType?

  public init(
    axis: Int = 1, blockSize: Int = 0, outputType: ElementType? = nil, saturate: Bool = true,
    precision: ElementType? = nil
  ) {
    self.axis = axis
    self.blockSize = blockSize
    self.outputType = outputType
    self.saturate = saturate
    self.precision = precision
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, scale) = (try operands.spec(0), try operands.spec(1))
    let zero = try operands.optionalSpec(2)
    let type = zero?.type ?? outputType ?? .uint8
    let layout = try ScaleLayout(x.shape, scale.shape, axis: axis, blockSize: blockSize)
    if let zero, zero.count != 1 || scale.count != 1 {
      // Of one element either may be a scalar.
      try require(zero, has: scale.shape, "the zero point")
    }
    let result = try TensorSpec.checked(type, x.shape)
    let parameters = try QuantizationParameters(operands, scale: scale, zero: zero)
    let store = try QuantizedStore.make(type, saturate: saturate)
    let computing = precision ?? scale.type
    if x.type == .float, computing == .float, let range = NarrowRange(type), !options.reference {
      return Self.vectorized(layout, parameters, result, range)
    }
    let quotient: Quotient
    switch computing {
    case .float16: quotient = Quotient { Half(compute: $0).compute }
    case .bfloat16: quotient = Quotient { BFloat16(compute: $0).compute }
    default: quotient = Quotient(round: nil)
    }
    return try x.type.numeric(
      Visit(layout: layout, parameters: parameters, result: result, quotient: quotient, store: store))
  }

  /// Floats to numbers of 8 bits.
  private static func vectorized(
    _ layout: ScaleLayout, _ parameters: QuantizationParameters, _ result: TensorSpec, _ range: NarrowRange
  ) -> Prepared {
    Prepared([result], scratchBytes: parameters.scratchBytes) {
      (invocation: borrowing Invocation) throws(KernelError) in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.result(0, as: UInt8.self)
      nonisolated(unsafe) let (scales, zeros) = try parameters.load(invocation)
      layout.forEachRun(invocation.threads) { start, count, at in
        if layout.innerStep == 0 {
          let zero = zeros.map { Float($0[at]) } ?? 0
          onramp_quantize(y + start, x + start, scales[at], range.quantization(zero), count)
        } else {
          onramp_quantize_each(
            y + start, x + start, scales + at, zeros.map { $0 + at }, range.low, range.high, count)
        }
      }
    }
  }

  /// A division in a type no wider than float.
  private struct Quotient: Sendable {
    /// Rounds to the type; nil for float itself.
    let round: (@Sendable (Float) -> Float)?

    @inline(__always)
    func callAsFunction(_ x: Float, _ scale: Float) -> Float {
      guard let round else { return x / scale }
      return round(round(x) / round(scale))
    }
  }

  private struct Visit: NumericVisitor {
    let layout: ScaleLayout
    let parameters: QuantizationParameters
    let result: TensorSpec
    let quotient: Quotient
    let store: QuantizedStore.Loop
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result], scratchBytes: parameters.scratchBytes) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
        nonisolated(unsafe) let (scales, zeros) = try parameters.load(invocation)
        let size = result.type.byteCount
        layout.forEachRun(invocation.threads) { start, count, at in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { memory in
            guard let values = memory.baseAddress else { return }
            for i in 0..<count {
              values[i] = quotient(Float(x[start + i].compute.double), scales[at + i * layout.innerStep])
            }
            store(values, zeros.map { $0 + at }, layout.innerStep, y + start * size, count)
          }
        }
      }
    }
  }
}

/// Which scale belongs to which element: rows of `inner` neighbours share one, or have one each.
struct ScaleLayout: Sendable {
  let rows: Int
  let inner: Int
  let innerStep: Int
  private let extent: Int
  private let scaleExtent: Int
  private let block: Int
  private let isBlocked: Bool

  init(_ x: [Int], _ scale: [Int], axis: Int, blockSize: Int) throws(KernelError) {
    guard blockSize >= 0 else { throw .invalid("blocks of \(blockSize)") }
    if blockSize == 0, product(scale) == 1, scale.count <= 1 {
      (rows, inner, innerStep, extent, scaleExtent, block, isBlocked) = (1, product(x), 0, 1, 1, 1, false)
      return
    }
    let axis = try resolveAxis(axis, rank: x.count)
    if blockSize > 0 {
      var expected = x
      expected[axis] = x[axis] == 0 ? 0 : (x[axis] - 1) / blockSize + 1
      guard scale == expected else { throw .invalid("scales of shape \(scale) for blocks of \(blockSize) of \(x)") }
    } else {
      guard scale == [x[axis]] else { throw .invalid("scales of shape \(scale) for axis \(axis) of shape \(x)") }
    }
    isBlocked = blockSize > 0
    block = max(blockSize, 1)
    scaleExtent = isBlocked ? scale[axis] : x[axis]
    // The last axis is a row, not a column of rows of one element.
    let isLast = !isBlocked && product(x[(axis + 1)...]) == 1
    extent = isLast ? 1 : x[axis]
    rows = isLast ? product(x[..<axis]) : product(x[...axis])
    inner = isLast ? x[axis] : product(x[(axis + 1)...])
    innerStep = isBlocked || isLast ? 1 : 0
  }

  /// Calls `body` with where each stretch of elements starts, how many there are, and the index of the first's scale.
  func forEachRun(_ threads: ThreadPool, _ body: (_ start: Int, _ count: Int, _ scale: Int) -> Void) {
    guard inner > 0 else { return }
    let most = 1 << 12
    let parts = (inner - 1) / most + 1
    threads.forRanges(rows * parts, grain: max(1, cheapGrain / 4 / min(inner, most))) { range in
      for i in range {
        let (row, part) = i.quotientAndRemainder(dividingBy: parts)
        let start = part * most
        body(row * inner + start, min(most, inner - start), scaleIndex(row) + start * innerStep)
      }
    }
  }

  /// The index of the scale of a row's first element.
  @inline(__always)
  private func scaleIndex(_ row: Int) -> Int {
    let (outer, place) = row.quotientAndRemainder(dividingBy: max(extent, 1))
    return isBlocked ? (outer * scaleExtent + place / block) * inner : place
  }
}

/// Reads scales as floats and zero points as 32-bit integers, whatever their types.
struct QuantizationParameters: Sendable {
  private let scale: Prepared
  private let zero: Prepared?
  private let scaleIndex: Int
  private let scaleBytes: Int
  let scratchBytes: Int

  /// - Parameter index: the scale's operand; the zero point is the next.
  init(_ operands: Operands, scale: TensorSpec, zero: TensorSpec?, index: Int = 1) throws(KernelError) {
    let options = KernelOptions()
    self.scale = try CastKernel(to: .float).prepare(Operands([Operand(spec: scale)]), options: options)
    self.zero = try zero.map { (zero) throws(KernelError) in
      try CastKernel(to: .int32).prepare(Operands([Operand(spec: zero)]), options: options)
    }
    scaleIndex = index
    scaleBytes = alignedSize(scale.count * 4)
    scratchBytes = scaleBytes + alignedSize((zero?.count ?? 0) * 4)
  }

  func load(
    _ invocation: borrowing Invocation, at offset: Int = 0
  ) throws(KernelError) -> (scales: UnsafeMutablePointer<Float>, zeros: UnsafeMutablePointer<Int32>?) {
    let scales = invocation.scratch + offset
    try scale.run(
      [UnsafeMutableRawPointer(mutating: invocation.operand(scaleIndex, as: UInt8.self))], [scales], like: invocation)
    let floats = scales.assumingMemoryBound(to: Float.self)
    guard let zero else { return (floats, nil) }
    let zeros = scales + scaleBytes
    try zero.run(
      [UnsafeMutableRawPointer(mutating: invocation.operand(scaleIndex + 1, as: UInt8.self))], [zeros],
      like: invocation)
    return (floats, zeros.assumingMemoryBound(to: Int32.self))
  }
}

/// The numbers of 8 bits.
struct NarrowRange: Sendable {
  let isSigned: Bool

  /// - Returns: nil for other types.
  init?(_ type: ElementType) {
    guard type == .int8 || type == .uint8 else { return nil }
    isSigned = type == .int8
  }

  var low: Float { isSigned ? -128 : 0 }
  var high: Float { isSigned ? 127 : 255 }

  func quantization(_ zero: Float) -> onramp_quantization { onramp_quantization(zero: zero, low: low, high: high) }

  /// The number that 8 bits are.
  func number(_ bits: UInt8) -> Int32 { isSigned ? Int32(Int8(bitPattern: bits)) : Int32(bits) }
}

/// Rounds scaled values to a quantized type.
enum QuantizedStore {
  /// Values, zero points, how far apart those lie, destination, count.
  typealias Loop =
    @Sendable (
      UnsafePointer<Float>, UnsafePointer<Int32>?, Int, UnsafeMutableRawPointer, Int
    ) -> Void

  static func make(_ type: ElementType, saturate: Bool) throws(KernelError) -> Loop {
    if let format = NarrowFloatFormat(type) {
      return { values, _, _, destination, n in
        let destination = destination.assumingMemoryBound(to: UInt8.self)
        for i in 0..<n { destination[i] = format.encode(values[i], saturating: saturate) }
      }
    }
    switch type {
    case .int8: return loop(Int8.self, -128, 127)
    case .uint8: return loop(UInt8.self, 0, 255)
    case .int16: return loop(Int16.self, -32768, 32767)
    case .uint16: return loop(UInt16.self, 0, 65535)
    case .int4: return loop(Int8.self, -8, 7)
    case .uint4: return loop(UInt8.self, 0, 15)
    case .int2: return loop(Int8.self, -2, 1)
    case .uint2: return loop(UInt8.self, 0, 3)
    default: throw .unsupported("quantization to \(type.name)")
    }
  }

  @inline(__always)
  private static func loop<T: IntegerElement>(_ type: T.Type, _ low: Float, _ high: Float) -> Loop {
    { values, zeros, step, destination, n in
      let destination = destination.assumingMemoryBound(to: T.self)
      for i in 0..<n {
        let zero = zeros.map { Float($0[i &* step]) } ?? 0
        let value = values[i].rounded(.toNearestOrEven) + zero
        // NaN, which has no integer, becomes the lower bound.
        destination[i] = T(value > low ? min(value, high) : low)
      }
    }
  }
}
