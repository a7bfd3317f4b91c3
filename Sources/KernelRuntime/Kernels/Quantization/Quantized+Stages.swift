/// A product of quantized operands: both are widened to 32-bit integers less their zero points, or to floats where one
/// is of 8-bit floats, multiplied by a kernel on those, and the sums, where asked for, scaled and rounded again. Integers
/// whose parameters vary no more than exporters let them are multiplied in vectors, with the same result.
struct QuantizedProduct {
  /// One quantized operand.
  struct Factor {
    var index: Int
    var zeroIndex: Int
    /// The dimension, counted from the end, along which zero points may vary; nil for none.
    var axisFromEnd: Int?
  }
  /// How sums become the result.
  struct Requantization {
    /// The scales of the factors and of the result.
    var scales: (a: Int, b: Int, y: Int)
    var zeroIndex: Int
    /// The result's dimensions along which the factors' scales may vary, counted from the end; nil for none.
    var axisFromEnd: (a: Int?, b: Int?)
  }

  var a: Factor
  var b: Factor
  /// What is done with factors that are wide.
  enum Operation {
    case matMul
    case conv(ConvKernel)

    var kernel: any Kernel {
      switch self {
      case .matMul: MatMulKernel()
      case .conv(let conv): conv
      }
    }
  }

  var bias: Int?
  var operation: Operation
  var requantization: Requantization?

  func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let types = [try operands.spec(a.index).type, try operands.spec(b.index).type]
    let areFloats = types.contains { NarrowFloatFormat($0) != nil }
    let wide: ElementType = areFloats ? .float : .int32
    let widenA = try Widen(operands, a, to: wide)
    let widenB = try Widen(operands, b, to: wide)
    var inner: [Operand?] = [
      Operand(spec: TensorSpec(wide, widenA.spec.shape)), Operand(spec: TensorSpec(wide, widenB.spec.shape)),
    ]
    if let bias, let spec = try operands.optionalSpec(bias) {
      try require(spec, is: wide, "the bias")
      inner.append(Operand(spec: spec))
    }
    let hasBias = inner.count > 2
    let product = try operation.kernel.prepare(Operands(inner), options: KernelOptions(reference: true))
    let sums = product.results[0]
    let atB = alignedSize(widenA.spec.count * 4)
    let atSums = atB + alignedSize(widenB.spec.count * 4)
    let atInner = atSums + (requantization == nil ? 0 : alignedSize(sums.count * 4))
    let rescale = try requantization.map { (r) throws(KernelError) in try Rescale(operands, r, sums.shape) }
    if !areFloats, !options.reference {
      let result = rescale?.result ?? sums
      switch operation {
      case .matMul:
        if let prepared = try vectorizedMatMul(operands, result) { return prepared }
      case .conv(let conv):
        if let prepared = try vectorizedConv(conv, operands, result) { return prepared }
      }
    }
    let bias = bias
    return Prepared(
      [rescale?.result ?? sums], scratchBytes: atInner + product.scratchBytes
    ) { (invocation: borrowing Invocation) throws(KernelError) in
      let scratch = invocation.scratch
      widenA.run(invocation, scratch)
      widenB.run(invocation, scratch + atB)
      let result = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      let to = rescale == nil ? result : scratch + atSums
      var addresses: [UnsafeMutableRawPointer?] = [scratch, scratch + atB]
      if hasBias, let bias {
        addresses.append(UnsafeMutableRawPointer(mutating: invocation.operand(bias, as: UInt8.self)))
      }
      try product.run(addresses, [to], like: invocation, scratch: scratch + atInner)
      if areFloats {
        rescale?.run(invocation, to.assumingMemoryBound(to: Float.self), result) { $0 }
      } else {
        rescale?.run(invocation, to.assumingMemoryBound(to: Int32.self), result) { Float($0) }
      }
    }
  }

  /// Reads numbers of 8 bits less their zero points.
  private struct Widen: Sendable {
    let spec: TensorSpec
    private let index: Int
    private let zeroIndex: Int?
    private let nest: LoopNest
    /// What each pattern of 8 bits is as float; nil where integers are wanted.
    private let floats: [Float]?

    init(_ operands: Operands, _ factor: Factor, to wide: ElementType) throws(KernelError) {
      spec = try operands.spec(factor.index)
      index = factor.index
      let format = NarrowFloatFormat(spec.type)
      guard spec.type == .uint8 || spec.type == .int8 || format != nil else {
        throw .unsupported("a quantized product of \(spec.type.name)")
      }
      let isSigned = spec.type == .int8
      floats =
        wide == .int32
        ? nil
        : (0...UInt8.max).map { bits in
          format.map { $0.decode(bits) } ?? (isSigned ? Float(Int8(bitPattern: bits)) : Float(bits))
        }
      _ = try TensorSpec.checked(wide, spec.shape)
      let zero = try operands.optionalSpec(factor.zeroIndex)
      zeroIndex = zero == nil ? nil : factor.zeroIndex
      if let zero { try require(zero, is: spec.type, "operand \(factor.zeroIndex)") }
      let strides = try QuantizedProduct.strides(
        zero?.shape ?? [], in: spec.shape, axisFromEnd: factor.axisFromEnd, "zero points")
      nest = LoopNest(spec.shape, strides: [strides])
    }

    func run(_ invocation: borrowing Invocation, _ to: UnsafeMutableRawPointer) {
      if let floats {
        run(invocation, UInt8.self, to.assumingMemoryBound(to: Float.self)) { floats[Int($0)] }
      } else if spec.type == .uint8 {
        run(invocation, UInt8.self, to.assumingMemoryBound(to: Int32.self)) { Int32($0) }
      } else {
        run(invocation, Int8.self, to.assumingMemoryBound(to: Int32.self)) { Int32($0) }
      }
    }

    @inline(__always)
    private func run<T: IntegerElement, Wide: Scalar>(
      _ invocation: borrowing Invocation, _ type: T.Type, _ to: UnsafeMutablePointer<Wide>, _ widen: (T) -> Wide
    ) {
      let x = invocation.operand(index, as: T.self)
      let zeros = zeroIndex.map { invocation.operand($0, as: T.self) }
      let step = nest.step[0]
      nest.forEachRun(0..<spec.count) { start, count, offset in
        for i in 0..<count {
          let zero = zeros.map { widen($0[offset[0] + i * step]) } ?? .zero
          to[start + i] = widen(x[start + i]).subtracting(zero)
        }
      }
    }
  }

  /// Multiplies sums by the factors' scales over the result's, rounds and adds the zero point.
  private struct Rescale: Sendable {
    let result: TensorSpec
    private let r: Requantization
    private let store: QuantizedStore.Loop
    private let load: @Sendable (UnsafePointer<UInt8>, Int) -> Float
    private let nest: LoopNest

    init(_ operands: Operands, _ r: Requantization, _ shape: [Int]) throws(KernelError) {
      self.r = r
      let zero = try operands.spec(r.zeroIndex)
      guard zero.count == 1 else { throw .invalid("the result's zero point must be one number") }
      result = try TensorSpec.checked(zero.type, shape)
      store = try QuantizedStore.make(zero.type, saturate: true)
      let scaleType = try operands.spec(r.scales.a).type
      load = try scaleType.float(Load())
      for i in [r.scales.b, r.scales.y] { try require(try operands.spec(i), is: scaleType, "operand \(i)") }
      guard try operands.spec(r.scales.y).count == 1 else { throw .invalid("the result's scale must be one number") }
      nest = LoopNest(
        shape,
        strides: [
          try QuantizedProduct.strides(
            try operands.spec(r.scales.a).shape, in: shape, axisFromEnd: r.axisFromEnd.a, "scales"),
          try QuantizedProduct.strides(
            try operands.spec(r.scales.b).shape, in: shape, axisFromEnd: r.axisFromEnd.b, "scales"),
        ])
      guard zero.type == .uint8 || zero.type == .int8 || NarrowFloatFormat(zero.type) != nil else {
        throw .unsupported("a result of type \(zero.type.name)")
      }
    }

    private struct Load: FloatVisitor {
      func visit<T: FloatElement>(_ type: T.Type) -> @Sendable (UnsafePointer<UInt8>, Int) -> Float {
        { Float(UnsafeRawPointer($0).assumingMemoryBound(to: T.self)[$1].compute) }
      }
    }

    @inline(__always)
    func run<Wide>(
      _ invocation: borrowing Invocation, _ sums: UnsafeMutablePointer<Wide>, _ to: UnsafeMutableRawPointer,
      _ float: (Wide) -> Float
    ) {
      let a = invocation.operand(r.scales.a, as: UInt8.self)
      let b = invocation.operand(r.scales.b, as: UInt8.self)
      let scale = load(invocation.operand(r.scales.y, as: UInt8.self), 0)
      let zeroBits = invocation.operand(r.zeroIndex, as: UInt8.self)[0]
      var zero = result.type == .int8 ? Int32(Int8(bitPattern: zeroBits)) : Int32(zeroBits)
      let step = nest.step
      nest.forEachRun(0..<result.count) { start, count, at in
        for i in 0..<count {
          let factor = load(a, at[0] + i * step[0]) * load(b, at[1] + i * step[1]) / scale
          var value = float(sums[start + i]) * factor
          store(&value, &zero, 0, to + start + i, 1)
        }
      }
    }
  }

  /// How to step through parameters that are one number, or vary along one dimension, or broadcast to a whole shape.
  private static func strides(
    _ parameters: [Int], in shape: [Int], axisFromEnd: Int?, _ what: String
  ) throws(KernelError) -> [Int] {
    var strides = [Int](repeating: 0, count: shape.count)
    if product(parameters) == 1 { return strides }
    if parameters.count == 1, let axisFromEnd, axisFromEnd <= shape.count,
      parameters[0] == shape[shape.count - axisFromEnd]
    {
      strides[shape.count - axisFromEnd] = 1
      return strides
    }
    guard parameters.count == shape.count, try broadcastShape([parameters, shape]) == shape else {
      throw .invalid("\(what) of shape \(parameters) for shape \(shape)")
    }
    return broadcastStrides(parameters, to: shape)
  }
}
