public import Graph
public import KernelRuntime

extension TensorProto {
  /// The tensor's elements.
  ///
  /// Raw and external data is viewed, not copied; what is not aligned for its element type is copied when somebody needs
  /// it so. Types narrower than a byte are unpacked to one element a byte; int4 and int2 are extended to int8.
  ///
  /// - Parameter external: Where external data lies: `Model.externalData`.
  /// - Throws: `malformed` when the type, the shape and the data do not agree; `externalData` when external data cannot
  ///   be used; `limit` when the tensor is too large.
  /// - Complexity: O(1) for a view, otherwise O(n).
  public func tensor(external: ExternalData? = nil) throws(Diagnostic) -> Tensor {
    guard let type = elementType else {
      throw .malformed("\(title) has element type \(dataType ?? 0), which ONNX does not define")
    }
    guard segment == nil else { throw .malformed("\(title) is a segment of a tensor, which is not supported") }
    let data = try storedData(external)
    do throws(KernelError) {
      let spec = TensorSpec(type, dims)
      let count = try spec.checkedCount()
      if let data { return try Tensor(spec, count: count, stored: data) }
      return try typedElements(spec)
    } catch {
      throw Diagnostic(.error, error.kind == .memory ? .limit : .malformed, "\(title): \(error.description)")
    }
  }

  /// A message that holds a tensor.
  ///
  /// Raw data views the tensor's memory; only types narrower than a byte are packed, and strings copied.
  public init(name: String? = nil, tensor: Tensor) {
    self.init()
    self.name = name
    dims = tensor.shape
    elementType = tensor.type
    if tensor.type == .string {
      tensor.withElements(as: String.self) { stringData = $0.map { Array($0.utf8) } }
    } else if let width = tensor.type.packedBitWidth {
      rawData = tensor.withElements(as: UInt8.self) { RawData(Self.pack($0, width: width)) }
    } else {
      rawData = RawData(of: tensor)
    }
  }

  /// How messages call the tensor.
  var title: String { name.map { "tensor \"\($0)\"" } ?? "a tensor without a name" }

  /// The size of the elements as ONNX stores them; nil when the type or the shape is not valid.
  var storedByteCount: Int? {
    guard let type = elementType, let count = try? TensorSpec(type, dims).checkedCount() else { return nil }
    return type.storedByteCount(of: count)
  }

  /// The raw or external data, or nil when the elements lie in one of the typed arrays.
  private func storedData(_ external: ExternalData?) throws(Diagnostic) -> RawData? {
    switch dataLocation {
    case .external:
      guard elementType != .string else { throw .malformed("\(title) has strings as external data") }
      guard let external else {
        throw .externalData("\(title) has external data, and the model was not read from a file")
      }
      return try external.data(of: self)
    case nil, .default: break
    case .some(let location): throw .malformed("\(title) has unknown data location \(location.rawValue)")
    }
    let filled = [
      rawData != nil, !floatData.isEmpty, !int32Data.isEmpty, !stringData.isEmpty, !int64Data.isEmpty,
      !doubleData.isEmpty, !uint64Data.isEmpty,
    ]
    guard filled.count(where: \.self) <= 1 else { throw .malformed("\(title) has its data in several fields") }
    guard rawData == nil || elementType != .string else { throw .malformed("\(title) has strings as raw data") }
    return rawData
  }

  private func typedElements(_ spec: TensorSpec) throws(KernelError) -> Tensor {
    switch spec.type {
    case .float: try Tensor(floatData, shape: dims)
    case .double: try Tensor(doubleData, shape: dims)
    case .int64: try Tensor(int64Data, shape: dims)
    case .int32: try Tensor(int32Data, shape: dims)
    case .uint64: try Tensor(uint64Data, shape: dims)
    case .uint32: try Tensor(uint64Data.map { UInt32(truncatingIfNeeded: $0) }, shape: dims)
    case .complex64: try Tensor(Self.pairs(floatData), shape: dims)
    case .complex128: try Tensor(Self.pairs(doubleData), shape: dims)
    case .string: try Tensor(strings(), shape: dims)
    default: try narrowElements(spec)
    }
  }

  /// Elements out of `int32Data`, of which each entry holds one element's bits, or one byte of several.
  private func narrowElements(_ spec: TensorSpec) throws(KernelError) -> Tensor {
    let count = try spec.checkedCount()
    let data: RawData
    switch spec.type {
    case .int16, .uint16, .float16, .bfloat16:
      data = int32Data.map { UInt16(truncatingIfNeeded: $0).littleEndian }.withUnsafeBytes { RawData($0) }
    case .float6e2m3, .float6e3m2:
      // The one packed type whose entries are not bytes of its packed form.
      let elements = int32Data.map { UInt8(truncatingIfNeeded: $0) & 0x3F }
      data = RawData(Self.pack(elements, width: 6))
      guard int32Data.count == count else {
        throw .invalid("\(int32Data.count) elements do not fill shape \(spec.shape)")
      }
    default:
      data = RawData(int32Data.map { UInt8(truncatingIfNeeded: $0) })
    }
    return try Tensor(spec, count: count, stored: data)
  }

  private func strings() throws(KernelError) -> [String] {
    try stringData.map { (bytes) throws(KernelError) -> String in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .invalid("a string is not valid UTF-8: \"\(String(decoding: bytes.prefix(100), as: UTF8.self))\"")
      }
      return text
    }
  }

  private static func pairs<Part: Scalar & BinaryFloatingPoint>(
    _ parts: [Part]
  ) throws(KernelError) -> [Complex<Part>] {
    guard parts.count.isMultiple(of: 2) else { throw .invalid("an imaginary part is missing") }
    return stride(from: 0, to: parts.count, by: 2).map { Complex(parts[$0], parts[$0 + 1]) }
  }

  /// The low bits of each element, one after the other from the lowest bit of each byte on.
  private static func pack(_ elements: some Collection<UInt8>, width: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (elements.count * width + 7) / 8)
    var bit = 0
    for element in elements {
      let bits = UInt16(element & (1 << width - 1)) << UInt16(bit & 7)
      bytes[bit >> 3] |= UInt8(truncatingIfNeeded: bits)
      if bit & 7 + width > 8 { bytes[bit >> 3 + 1] |= UInt8(truncatingIfNeeded: bits >> 8) }
      bit += width
    }
    return bytes
  }
}

extension ElementType {
  /// The size of an element in a file in bits, for types that are packed there.
  fileprivate var packedBitWidth: Int? { storedBitWidth.flatMap { $0 < 8 ? $0 : nil } }

  /// The size of so many elements in a file; the count must be one that tensors can have.
  func storedByteCount(of count: Int) -> Int? { storedBitWidth.map { (count * $0 + 7) / 8 } }
}

extension Tensor {
  /// The elements that a file stores as the given bytes: a view of them where possible.
  init(_ spec: TensorSpec, count: Int, stored data: RawData) throws(KernelError) {
    guard let expected = spec.type.storedByteCount(of: count) else { throw .invalid("strings cannot be raw data") }
    guard data.count == expected else {
      throw .invalid("\(spec) takes \(expected) bytes, and there are \(data.count)")
    }
    let start = data.buffer.start + data.offset
    if let width = spec.type.packedBitWidth {
      try self.init(spec) { (address) throws(KernelError) in
        data.withUnsafeBytes { Self.unpack($0, width: width, spec.type, count, to: address) }
      }
    } else if spec.type == .bool, data.withUnsafeBytes({ $0.contains { $0 > 1 } }) {
      // Whatever is not zero is true, but only one pattern of true is safe to compute with.
      try self.init(spec) { (address) throws(KernelError) in
        data.withUnsafeBytes { bytes in
          for i in 0..<count { address.storeBytes(of: bytes[i] == 0 ? 0 : 1, toByteOffset: i, as: UInt8.self) }
        }
      }
    } else if Int(bitPattern: start).isMultiple(of: min(spec.type.byteCount, 8)) {
      try self.init(spec, buffer: data.buffer, byteOffset: data.offset)
    } else {
      try self.init(spec, buffer: Buffer(misaligned: data.buffer, offset: data.offset, count: data.count))
    }
  }

  private static func unpack(
    _ bytes: UnsafeRawBufferPointer, width: Int, _ type: ElementType, _ count: Int,
    to destination: UnsafeMutableRawPointer
  ) {
    // The bits that extend the sign; none for unsigned types.
    let isSigned = type == .int4 || type == .int2
    let sign: UInt8 = isSigned ? 1 << (width - 1) : 0
    for i in 0..<count {
      let bit = i * width
      var bits = UInt16(bytes[bit >> 3])
      if bit & 7 + width > 8 { bits |= UInt16(bytes[bit >> 3 + 1]) << 8 }
      let element = UInt8(truncatingIfNeeded: bits >> UInt16(bit & 7)) & (1 << width - 1)
      destination.storeBytes(of: (element ^ sign) &- sign, toByteOffset: i, as: UInt8.self)
    }
  }
}
