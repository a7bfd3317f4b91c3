/// Each element of operand 0 replaced by the value of the key that it equals, or by a default.
public struct LabelEncoderKernel: Kernel {
  /// The keys, and their values in the same order. Of equal keys the first one counts.
  public var keys: Tensor
  public var values: Tensor
  /// One element of the values' type.
  public var fallback: Tensor

  public init(keys: Tensor, values: Tensor, fallback: Tensor) {
    self.keys = keys
    self.values = values
    self.fallback = fallback
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard keys.count == values.count else { throw .invalid("\(keys.count) keys for \(values.count) values") }
    guard fallback.type == values.type, fallback.count == 1 else {
      throw .invalid("the default must be one element of type \(values.type.name)")
    }
    try require(x, is: keys.type, "the operand")
    let result = try TensorSpec.checked(values.type, x.shape)
    switch x.type {
    case .string: return try values.type.move(Visit<String, String>(kernel: self, result: result) { $0 })
    case .float: return try values.type.move(Visit<Float, Double?>(kernel: self, result: result) { $0.key })
    case .double: return try values.type.move(Visit<Double, Double?>(kernel: self, result: result) { $0.key })
    case .int64: return try values.type.move(Visit<Int64, Int64>(kernel: self, result: result) { $0 })
    case .int32: return try values.type.move(Visit<Int32, Int32>(kernel: self, result: result) { $0 })
    case .int16: return try values.type.move(Visit<Int16, Int16>(kernel: self, result: result) { $0 })
    default: throw .unsupported("keys of type \(x.type.name)")
    }
  }

  private struct Visit<Key: Element, Hash: Hashable & Sendable>: ElementVisitor {
    let kernel: LabelEncoderKernel
    let result: TensorSpec
    let hash: @Sendable (Key) -> Hash

    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let keys = kernel.keys.withElements(as: Key.self) { $0.map(hash) }
      let values = kernel.values.withElements(as: T.self) { Array($0) }
      let fallback = kernel.fallback.withElements(as: T.self) { $0[0] }
      let table = Dictionary(zip(keys, values), uniquingKeysWith: { first, _ in first })
      return Prepared([result]) { [self] invocation in
        let x = invocation.operand(0, as: Key.self)
        let y = invocation.result(0, as: T.self)
        for i in 0..<result.count { y[i] = table[hash(x[i])] ?? fallback }
      }
    }
  }
}

extension BinaryFloatingPoint where Self: RealMath {
  /// The number, or nil for what is none, so that such a key is found.
  fileprivate var key: Double? { isNaN ? nil : Double(self) }
}
