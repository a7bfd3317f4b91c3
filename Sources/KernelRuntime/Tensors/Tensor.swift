/// The type of a tensor whose shape is known: its elements' type and its extent along each dimension.
public struct TensorSpec: Hashable, Sendable, CustomStringConvertible {
  public var type: ElementType
  public var shape: [Int]

  public init(_ type: ElementType, _ shape: [Int]) {
    self.type = type
    self.shape = shape
  }

  /// The number of elements. Traps never: `checkedCount` has refused what would overflow.
  public var count: Int { shape.reduce(1, &*) }
  /// The size in memory, in bytes.
  public var byteCount: Int { count &* type.byteCount }
  public var rank: Int { shape.count }

  /// The number of elements, or an error when the shape is negative or too large for the runtime's limits.
  public func checkedCount() throws(KernelError) -> Int {
    guard shape.count <= Limits.rank else { throw KernelError(.memory, "\(shape.count) dimensions are too many") }
    var count = 1
    var isEmpty = false
    for extent in shape {
      guard extent >= 0 else { throw .invalid("negative extent in shape \(shape)") }
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Limits.tensorBytes / type.byteCount else {
        throw KernelError(.memory, "a tensor of shape \(shape) is too large")
      }
      count = product
    }
    return isEmpty ? 0 : count
  }

  public var description: String {
    "\(type.name)[\(shape.map(String.init).joined(separator: ", "))]"
  }
}

/// An immutable array of elements, row-major and dense, that shares its memory with its copies.
public struct Tensor: Sendable {
  public let spec: TensorSpec
  /// The memory that the elements lie in, from `byteOffset` on.
  public let buffer: Buffer
  public let byteOffset: Int

  public var type: ElementType { spec.type }
  public var shape: [Int] { spec.shape }
  public let count: Int
  public var byteCount: Int { count * spec.type.byteCount }

  /// A view of a buffer's elements from an offset on.
  ///
  /// - Throws: when the buffer is too small.
  public init(_ spec: TensorSpec, buffer: Buffer, byteOffset: Int = 0) throws(KernelError) {
    let count = try spec.checkedCount()
    guard byteOffset >= 0, byteOffset <= buffer.byteCount, count * spec.type.byteCount <= buffer.byteCount - byteOffset
    else { throw .invalid("\(spec) does not fit into \(buffer.byteCount) bytes") }
    self.spec = spec
    self.buffer = buffer
    self.byteOffset = byteOffset
    self.count = count
  }

  /// A new tensor whose elements `fill` writes. Strings start empty, all other elements undefined.
  public init(
    _ spec: TensorSpec, fill: (UnsafeMutableRawPointer) throws(KernelError) -> Void
  ) throws(KernelError) {
    let count = try spec.checkedCount()
    buffer = try spec.type == .string ? Buffer(strings: count) : Buffer(byteCount: count * spec.type.byteCount)
    self.spec = spec
    self.count = count
    byteOffset = 0
    try fill(buffer.address)
  }

  /// A tensor with the given elements in row-major order.
  ///
  /// - Throws: when their number is not the shape's.
  public init<T: Element>(_ elements: some Collection<T>, shape: [Int]) throws(KernelError) {
    let spec = TensorSpec(T.elementType, shape)
    guard try spec.checkedCount() == elements.count else {
      throw .invalid("\(elements.count) elements do not fill shape \(shape)")
    }
    try self.init(spec) { (address: UnsafeMutableRawPointer) throws(KernelError) in
      let destination = address.assumingMemoryBound(to: T.self)
      for (i, element) in elements.enumerated() { destination[i] = element }
    }
  }

  /// A tensor of rank 0.
  public init<T: Element>(scalar: T) throws(KernelError) {
    try self.init(CollectionOfOne(scalar), shape: [])
  }

  public var address: UnsafeRawPointer { UnsafeRawPointer(buffer.address + byteOffset) }
  /// The elements' bytes where they lie, which need not be aligned for their type. Equal addresses and types are equal
  /// elements.
  public var storedBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffer.start + byteOffset, count: byteCount)
  }

  /// Calls `body` with the elements, which must be of type `T` or of one with the same layout.
  public func withElements<T: Element, R, E: Error>(
    as type: T.Type, _ body: (UnsafeBufferPointer<T>) throws(E) -> R
  ) throws(E) -> R {
    try body(UnsafeBufferPointer(start: address.assumingMemoryBound(to: T.self), count: count))
  }

  /// A copy of the elements, or nil when they are not of type `T`.
  public func elements<T: Element>(as type: T.Type = T.self) -> [T]? {
    guard T.elementType == self.type else { return nil }
    return withElements(as: T.self) { Array($0) }
  }

  /// The same elements under another shape of the same size. Complexity: O(rank).
  public func reshaped(_ shape: [Int]) throws(KernelError) -> Tensor {
    let spec = TensorSpec(type, shape)
    guard try spec.checkedCount() == count else {
      throw .invalid("cannot view \(self.spec) as shape \(shape)")
    }
    return try Tensor(spec, buffer: buffer, byteOffset: byteOffset)
  }

  /// The elements of an integer or boolean tensor as `Int`s, or nil for another type.
  public var integers: [Int]? {
    switch type {
    case .int64: withElements(as: Int64.self) { $0.map(Int.init) }
    case .int32: withElements(as: Int32.self) { $0.map(Int.init) }
    case .int16: withElements(as: Int16.self) { $0.map(Int.init) }
    case .int8, .int4, .int2: withElements(as: Int8.self) { $0.map(Int.init) }
    case .uint8, .uint4, .uint2: withElements(as: UInt8.self) { $0.map(Int.init) }
    case .uint16: withElements(as: UInt16.self) { $0.map(Int.init) }
    case .uint32: withElements(as: UInt32.self) { $0.map(Int.init) }
    case .uint64: withElements(as: UInt64.self) { $0.map { Int(truncatingIfNeeded: $0) } }
    case .bool: withElements(as: UInt8.self) { $0.map { $0 == 0 ? 0 : 1 } }
    default: nil
    }
  }

  /// The elements of a real tensor as `Double`s, or nil for another type.
  public var doubles: [Double]? {
    if let integers { return integers.map(Double.init) }
    if let format = NarrowFloatFormat(type) {
      return withElements(as: UInt8.self) { $0.map { Double(format.decode($0)) } }
    }
    switch type {
    case .float: return withElements(as: Float.self) { $0.map(Double.init) }
    case .double: return withElements(as: Double.self) { Array($0) }
    case .float16: return withElements(as: Half.self) { $0.map { Double($0.compute) } }
    case .bfloat16: return withElements(as: BFloat16.self) { $0.map { Double($0.compute) } }
    default: return nil
    }
  }

  /// The elements of a complex tensor as its real and imaginary parts in turn, or nil for another type.
  public var complexParts: [Double]? {
    switch type {
    case .complex64: withElements(as: Complex<Float>.self) { $0.flatMap { [Double($0.real), Double($0.imaginary)] } }
    case .complex128: withElements(as: Complex<Double>.self) { $0.flatMap { [$0.real, $0.imaginary] } }
    default: nil
    }
  }
}
