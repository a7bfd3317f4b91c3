/// A tensor of the shape that operand 0 lists, all of its elements equal.
public struct ConstantOfShapeKernel: Kernel {
  public var type: ElementType
  /// The element's bytes as they lie in memory; empty for zero.
  public var bytes: [UInt8]

  public init(type: ElementType = .float, bytes: [UInt8] = []) {
    self.type = type
    self.bytes = bytes
  }

  /// - Parameter value: one element of any type but string; nil for the float 0.
  public init(value: Tensor?) throws(KernelError) {
    guard let value else {
      self.init()
      return
    }
    guard value.count == 1, value.type != .string else { throw .invalid("the value must be one number") }
    self.init(
      type: value.type,
      bytes: Array(UnsafeRawBufferPointer(start: value.address, count: value.type.byteCount)))
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let shape = try operands.integers(0)
    guard type != .string, bytes.isEmpty || bytes.count == type.byteCount else {
      throw .invalid("\(bytes.count) bytes for an element of type \(type.name)")
    }
    let result = try TensorSpec.checked(type, shape)
    return Prepared([result]) { [bytes] invocation in
      let y = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      if bytes.allSatisfy({ $0 == 0 }) {
        y.initializeMemory(as: UInt8.self, repeating: 0, count: result.byteCount)
        return
      }
      bytes.withUnsafeBytes { element in
        guard let from = element.baseAddress else { return }
        for i in 0..<result.count { (y + i * element.count).copyMemory(from: from, byteCount: element.count) }
      }
    }
  }
}
