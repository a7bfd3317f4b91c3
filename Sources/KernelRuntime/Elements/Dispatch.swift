/// Code to be compiled once for each element type of a family.
///
/// A visitor's `visit` is specialized for every concrete type because the switch below names each; calling through
/// an existential type instead costs a witness call an element.
protocol ElementVisitor<Result> {
  associatedtype Result
  func visit<T: Element>(_ type: T.Type) throws(KernelError) -> Result
}
protocol NumericVisitor<Result> {
  associatedtype Result
  func visit<T: NumericElement>(_ type: T.Type) throws(KernelError) -> Result
}
protocol FloatVisitor<Result> {
  associatedtype Result
  func visit<T: FloatElement>(_ type: T.Type) throws(KernelError) -> Result
}
protocol IntegerVisitor<Result> {
  associatedtype Result
  func visit<T: IntegerElement>(_ type: T.Type) throws(KernelError) -> Result
}

extension ElementType {
  /// Visits with a type of the same size and copying behaviour; for kernels that move elements and never look at them.
  @inline(__always)
  func move<V: ElementVisitor>(_ visitor: V) throws(KernelError) -> V.Result {
    if self == .string { return try visitor.visit(String.self) }
    switch byteCount {
    case 1: return try visitor.visit(UInt8.self)
    case 2: return try visitor.visit(UInt16.self)
    case 4: return try visitor.visit(UInt32.self)
    case 8: return try visitor.visit(UInt64.self)
    default: return try visitor.visit(Complex<Double>.self)
    }
  }

  /// Visits with the type itself, when arithmetic applies to it.
  @inline(__always)
  func numeric<V: NumericVisitor>(_ visitor: V) throws(KernelError) -> V.Result {
    switch self {
    case .float: return try visitor.visit(Float.self)
    case .double: return try visitor.visit(Double.self)
    case .float16: return try visitor.visit(Half.self)
    case .bfloat16: return try visitor.visit(BFloat16.self)
    case .int8: return try visitor.visit(Int8.self)
    case .int16: return try visitor.visit(Int16.self)
    case .int32: return try visitor.visit(Int32.self)
    case .int64: return try visitor.visit(Int64.self)
    case .uint8: return try visitor.visit(UInt8.self)
    case .uint16: return try visitor.visit(UInt16.self)
    case .uint32: return try visitor.visit(UInt32.self)
    case .uint64: return try visitor.visit(UInt64.self)
    default: throw .unsupported("arithmetic on \(name)")
    }
  }

  /// Visits with the type itself, when it is a float of 16 bits or more.
  @inline(__always)
  func float<V: FloatVisitor>(_ visitor: V) throws(KernelError) -> V.Result {
    switch self {
    case .float: return try visitor.visit(Float.self)
    case .double: return try visitor.visit(Double.self)
    case .float16: return try visitor.visit(Half.self)
    case .bfloat16: return try visitor.visit(BFloat16.self)
    default: throw .unsupported("floating-point arithmetic on \(name)")
    }
  }

  /// Visits with the type itself, when it is an integer of 8 bits or more.
  @inline(__always)
  func integer<V: IntegerVisitor>(_ visitor: V) throws(KernelError) -> V.Result {
    switch self {
    case .int8: return try visitor.visit(Int8.self)
    case .int16: return try visitor.visit(Int16.self)
    case .int32: return try visitor.visit(Int32.self)
    case .int64: return try visitor.visit(Int64.self)
    case .uint8: return try visitor.visit(UInt8.self)
    case .uint16: return try visitor.visit(UInt16.self)
    case .uint32: return try visitor.visit(UInt32.self)
    case .uint64: return try visitor.visit(UInt64.self)
    default: throw .unsupported("integer arithmetic on \(name)")
    }
  }
}
