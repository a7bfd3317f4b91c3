import CKernels

/// Subtracts operand 2, the optional zero point, from operand 0 and multiplies by operand 1, the scale.
///
/// The scale is one number, or one for each place along an axis, or one for each block of such places.
public struct DequantizeLinearKernel: Kernel {
  public var axis: Int
  /// The length of a block; 0 for no blocks.
  public var blockSize: Int
  /// The result's type; nil for the scale's.
  public var outputType: ElementType?

  public init(axis: Int = 1, blockSize: Int = 0, outputType: ElementType? = nil) {
    self.axis = axis
    self.blockSize = blockSize
    self.outputType = outputType
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, scale) = (try operands.spec(0), try operands.spec(1))
    let zero = try operands.optionalSpec(2)
    if let zero {
      try require(zero, is: x.type, "the zero point")
      // Of one element either may be a scalar.
      if zero.count != 1 || scale.count != 1 { try require(zero, has: scale.shape, "the zero point") }
    }
    let layout = try ScaleLayout(x.shape, scale.shape, axis: axis, blockSize: blockSize)
    let result = try TensorSpec.checked(outputType ?? scale.type, x.shape)
    let isNarrow = NarrowFloatFormat(x.type) != nil
    let parameters = try QuantizationParameters(operands, scale: scale, zero: isNarrow ? nil : zero)
    if let range = NarrowRange(x.type), result.type == .float, !options.reference {
      return Self.vectorized(layout, parameters, result, range)
    }
    let load = try Self.loader(x.type)
    return try result.type.float(
      Visit(layout: layout, parameters: parameters, inputSize: x.type.byteCount, load: load, result: result))
  }

  /// Numbers of 8 bits to floats.
  private static func vectorized(
    _ layout: ScaleLayout, _ parameters: QuantizationParameters, _ result: TensorSpec, _ range: NarrowRange
  ) -> Prepared {
    Prepared([result], scratchBytes: parameters.scratchBytes) {
      (invocation: borrowing Invocation) throws(KernelError) in
      nonisolated(unsafe) let x = invocation.operand(0, as: UInt8.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      nonisolated(unsafe) let (scales, zeros) = try parameters.load(invocation)
      let isSigned: Int32 = range.isSigned ? 1 : 0
      layout.forEachRun(invocation.threads) { start, count, at in
        if layout.innerStep == 0 {
          onramp_dequantize(y + start, x + start, isSigned, zeros?[at] ?? 0, scales[at], count)
        } else {
          onramp_dequantize_each(y + start, x + start, isSigned, zeros.map { $0 + at }, scales + at, count)
        }
      }
    }
  }

  /// Elements less their zero points, as floats.
  private typealias Loader =
    @Sendable (
      UnsafeRawPointer, UnsafePointer<Int32>?, Int, UnsafeMutablePointer<Float>, Int
    ) -> Void

  private static func loader(_ type: ElementType) throws(KernelError) -> Loader {
    if let format = NarrowFloatFormat(type) {
      let table = (0...255).map { format.decode(UInt8($0)) }
      return { source, _, _, values, n in
        let source = source.assumingMemoryBound(to: UInt8.self)
        for i in 0..<n { values[i] = table[Int(source[i])] }
      }
    }
    switch type {
    case .int4, .int2: return LoadIntegers().visit(Int8.self)
    case .uint4, .uint2: return LoadIntegers().visit(UInt8.self)
    default: return try type.integer(LoadIntegers())
    }
  }

  private struct LoadIntegers: IntegerVisitor {
    func visit<T: IntegerElement>(_ type: T.Type) -> Loader {
      { source, zeros, step, values, n in
        let source = source.assumingMemoryBound(to: T.self)
        if let zeros {
          for i in 0..<n { values[i] = Float(source[i].int64 &- Int64(zeros[i &* step])) }
        } else {
          for i in 0..<n { values[i] = Float(source[i]) }
        }
      }
    }
  }

  private struct Visit: FloatVisitor {
    let layout: ScaleLayout
    let parameters: QuantizationParameters
    let inputSize: Int
    let load: Loader
    let result: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result], scratchBytes: parameters.scratchBytes) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = UnsafeRawPointer(invocation.operand(0, as: UInt8.self))
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        nonisolated(unsafe) let (scales, zeros) = try parameters.load(invocation)
        layout.forEachRun(invocation.threads) { start, count, at in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { memory in
            guard let values = memory.baseAddress else { return }
            load(x + start * inputSize, zeros.map { UnsafePointer($0) + at }, layout.innerStep, values, count)
            for i in 0..<count {
              y[start + i] = T(compute: T.Compute(values[i] * scales[at + i * layout.innerStep]))
            }
          }
        }
      }
    }
  }
}
