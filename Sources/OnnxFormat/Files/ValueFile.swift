public import Graph
public import KernelRuntime

/// Files of single values, as in ONNX's test data: a `TensorProto`, `SequenceProto`, `OptionalProto` or `MapProto`.
public enum ValueFile {
  /// What a file holds. The file itself does not say; the type of the value that it is for does.
  public enum Kind: Sendable, CaseIterable {
    /// A tensor.
    case tensor
    /// A sequence.
    case sequence
    /// A value that may be missing.
    case optional
    /// A map.
    case map

    /// The kind for values of a type; nil for types that have no values at run time.
    public init?(_ type: TypeProto) {
      switch type.value {
      case .tensor: self = .tensor
      case .sequence: self = .sequence
      case .optional: self = .optional
      case .map: self = .map
      case .sparseTensor, .opaque, nil: return nil
      }
    }
  }

  /// Reads a file. Tensors view it where they can.
  ///
  /// - Throws: `unreadable` when the file cannot be opened; `malformed` when it does not hold such a value; `limit`
  ///   when it asks for more than the limits allow.
  public static func read(
    path: String, as kind: Kind, limits: ReaderLimits = ReaderLimits()
  ) throws(Diagnostic) -> RuntimeValue {
    try decode(Buffer(mapping: path), as: kind, limits, ExternalData(folder: path.folder))
  }

  /// Reads a value from memory.
  ///
  /// - Throws: `malformed` when the bytes do not hold such a value; `limit` when they ask for more than the limits
  ///   allow.
  public static func read(
    _ bytes: some Collection<UInt8>, as kind: Kind, limits: ReaderLimits = ReaderLimits()
  ) throws(Diagnostic) -> RuntimeValue {
    try decode(RawData(bytes).buffer, as: kind, limits, nil)
  }

  /// Writes a value to a file, which appears there only when it is complete.
  ///
  /// - Throws: `unwritable` when the file cannot be written, or the value is one that ONNX has no message for.
  public static func write(_ value: RuntimeValue, name: String? = nil, to path: String) throws(Diagnostic) {
    switch value {
    case .tensor(let tensor): try write(TensorProto(name: name, tensor: tensor), to: path)
    case .sequence(let elements): try write(SequenceProto(name: name, elements), to: path)
    case .optional(let content): try write(OptionalProto(name: name, content), to: path)
    case .map(let map): try write(MapProto(name: name, map), to: path)
    }
  }

  private static func decode(
    _ buffer: Buffer, as kind: Kind, _ limits: ReaderLimits, _ external: ExternalData?
  ) throws(Diagnostic) -> RuntimeValue {
    switch kind {
    case .tensor: .tensor(try TensorProto(decoding: buffer, limits: limits).tensor(external: external))
    case .sequence: try SequenceProto(decoding: buffer, limits: limits).value(external)
    case .optional: try OptionalProto(decoding: buffer, limits: limits).value(external)
    case .map: try MapProto(decoding: buffer, limits: limits).value(external)
    }
  }

  private static func write(_ message: some WireMessage, to path: String) throws(Diagnostic) {
    let packed = try PackedMessage(message)
    let file = try AtomicFile(replacing: path)
    try packed.emit(packed.cutter(), to: file)
    try file.finish()
    try file.replace()
  }
}

private let sparseUnsupported = Diagnostic.malformed("sparse tensors as values are not supported")

extension RuntimeValue {
  fileprivate var containedKind: Int32 {
    switch self {
    case .tensor: ContainedKind.tensor
    case .sequence: ContainedKind.sequence
    case .map: ContainedKind.map
    case .optional: ContainedKind.optional
    }
  }
}

extension SequenceProto {
  init(name: String? = nil, _ elements: [RuntimeValue]) throws(Diagnostic) {
    self.init()
    self.name = name
    let kind = elements.first?.containedKind ?? ContainedKind.tensor
    elemType = kind
    for element in elements {
      guard element.containedKind == kind else {
        throw .unwritable("a sequence's elements are of different kinds, which ONNX has no message for")
      }
      switch element {
      case .tensor(let tensor): tensorValues.append(TensorProto(tensor: tensor))
      case .sequence(let elements): sequenceValues.append(try SequenceProto(elements))
      case .map(let map): mapValues.append(try MapProto(map))
      case .optional(let content): optionalValues.append(try OptionalProto(content))
      }
    }
  }

  func value(_ external: ExternalData?) throws(Diagnostic) -> RuntimeValue {
    let lists = [
      (ContainedKind.tensor, tensorValues.count), (ContainedKind.sparseTensor, sparseTensorValues.count),
      (ContainedKind.sequence, sequenceValues.count), (ContainedKind.map, mapValues.count),
      (ContainedKind.optional, optionalValues.count),
    ].filter { $0.1 > 0 }
    guard lists.count <= 1 else { throw .malformed("a sequence has elements of different kinds") }
    guard let (kind, _) = lists.first else { return .sequence([]) }
    guard (elemType ?? 0) == ContainedKind.undefined || elemType == kind else {
      throw .malformed("a sequence's elements are not of the kind \(elemType ?? 0) that it states")
    }
    guard sparseTensorValues.isEmpty else { throw sparseUnsupported }
    var elements: [RuntimeValue] = []
    for tensor in tensorValues { elements.append(.tensor(try tensor.tensor(external: external))) }
    for sequence in sequenceValues { elements.append(try sequence.value(external)) }
    for map in mapValues { elements.append(try map.value(external)) }
    for optional in optionalValues { elements.append(try optional.value(external)) }
    return .sequence(elements)
  }
}

extension OptionalProto {
  init(name: String? = nil, _ content: RuntimeValue?) throws(Diagnostic) {
    self.init()
    self.name = name
    elemType = content?.containedKind ?? ContainedKind.undefined
    switch content {
    case .tensor(let tensor): tensorValue = TensorProto(tensor: tensor)
    case .sequence(let elements): sequenceValue = try SequenceProto(elements)
    case .map(let map): mapValue = try MapProto(map)
    case .optional(let content): optionalValue = [try OptionalProto(content)]
    case nil: break
    }
  }

  func value(_ external: ExternalData?) throws(Diagnostic) -> RuntimeValue {
    guard sparseTensorValue == nil else { throw sparseUnsupported }
    var contents: [RuntimeValue] = []
    if let tensorValue { contents.append(.tensor(try tensorValue.tensor(external: external))) }
    if let sequenceValue { contents.append(try sequenceValue.value(external)) }
    if let mapValue { contents.append(try mapValue.value(external)) }
    for optional in optionalValue { contents.append(try optional.value(external)) }
    guard contents.count <= 1 else { throw .malformed("an optional value has several contents") }
    return .optional(contents.first)
  }
}

extension MapProto {
  init(name: String? = nil, _ map: MapValue) throws(Diagnostic) {
    self.init()
    self.name = name
    keyType = Int32(map.keys.type.rawValue)
    if let strings = map.keys.elements(as: String.self) {
      stringKeys = strings.map { Array($0.utf8) }
    } else if let integers = map.keys.integers {
      keys = integers.map(Int64.init)
    } else {
      throw .unwritable("a map has keys of type \(map.keys.type.name), which ONNX does not allow")
    }
    let elements: [RuntimeValue]
    do throws(KernelError) { elements = try map.elements() } catch { throw .unwritable(error.description) }
    values = try SequenceProto(elements)
  }

  func value(_ external: ExternalData?) throws(Diagnostic) -> RuntimeValue {
    let keyTensor: Tensor
    do throws(KernelError) { keyTensor = try keyElements() } catch {
      throw .malformed("a map's keys: \(error.description)")
    }
    let values = try values?.value(external) ?? .sequence([])
    guard values.sequence?.count == keyTensor.count else {
      throw .malformed("a map has \(keyTensor.count) keys and \(values.sequence?.count ?? 0) values")
    }
    return .map(MapValue(keys: keyTensor, values: values))
  }

  private func keyElements() throws(KernelError) -> Tensor {
    func integers<T: FixedWidthInteger & Element>(_ type: T.Type) throws(KernelError) -> Tensor {
      let exact = keys.compactMap { T(exactly: $0) ?? (T.self == UInt64.self ? T(truncatingIfNeeded: $0) : nil) }
      guard exact.count == keys.count else { throw .invalid("a key is out of its type's range") }
      return try Tensor(exact, shape: [exact.count])
    }
    switch keyType.flatMap({ UInt8(exactly: $0) }).flatMap(ElementType.init(rawValue:)) {
    case .int64: return try integers(Int64.self)
    case .int32: return try integers(Int32.self)
    case .int16: return try integers(Int16.self)
    case .int8: return try integers(Int8.self)
    case .uint64: return try integers(UInt64.self)
    case .uint32: return try integers(UInt32.self)
    case .uint16: return try integers(UInt16.self)
    case .uint8: return try integers(UInt8.self)
    case .string:
      let strings = stringKeys.compactMap { String(validating: $0, as: UTF8.self) }
      guard strings.count == stringKeys.count else { throw .invalid("a key is not valid UTF-8") }
      return try Tensor(strings, shape: [strings.count])
    default: throw .invalid("type \(keyType ?? 0) cannot be a key's")
    }
  }
}
