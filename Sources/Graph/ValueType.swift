import KernelRuntime

/// The type of a tensor whose shape may be known in part only.
public struct TensorType: Hashable, Sendable {
  public var elementType: ElementType
  /// Nil when not even the rank is known.
  public var shape: [Dimension]?

  public init(_ elementType: ElementType, _ shape: [Dimension]?) {
    self.elementType = elementType
    self.shape = shape
  }

  public init(_ spec: TensorSpec) { self.init(spec.type, spec.shape.map { Dimension($0) }) }

  public var rank: Int? { shape?.count }

  /// The shape as numbers, when all of them are known.
  public var spec: TensorSpec? {
    guard let shape else { return nil }
    let extents = shape.compactMap(\.value)
    return extents.count == shape.count ? TensorSpec(elementType, extents) : nil
  }
}

/// The type of a value, as ONNX has them.
public indirect enum ValueType: Hashable, Sendable {
  case tensor(TensorType)
  case sparseTensor(TensorType)
  case sequence(ValueType)
  case optional(ValueType)
  case map(key: ElementType, value: ValueType)

  public var tensor: TensorType? {
    if case .tensor(let type) = self { type } else { nil }
  }

  /// The spelling that operator schemas use, without shapes: `seq(tensor(float))`.
  public var schemaName: String {
    switch self {
    case .tensor(let type): "tensor(\(type.elementType.name))"
    case .sparseTensor(let type): "sparse_tensor(\(type.elementType.name))"
    case .sequence(let element): "seq(\(element.schemaName))"
    case .optional(let element): "optional(\(element.schemaName))"
    case .map(let key, .tensor(let value)): "map(\(key.name), \(value.elementType.name))"
    case .map(let key, let value): "map(\(key.name), \(value.schemaName))"
    }
  }

  /// The type with symbols in shapes replaced by numbers.
  public func substituting(_ values: [String: Int]) -> ValueType {
    switch self {
    case .tensor(let type):
      .tensor(TensorType(type.elementType, type.shape?.map { $0.substituting(values) }))
    case .sparseTensor(let type):
      .sparseTensor(TensorType(type.elementType, type.shape?.map { $0.substituting(values) }))
    case .sequence(let element): .sequence(element.substituting(values))
    case .optional(let element): .optional(element.substituting(values))
    case .map(let key, let value): .map(key: key, value: value.substituting(values))
    }
  }
}

extension TensorType: CustomStringConvertible {
  public var description: String {
    guard let shape else { return "\(elementType.name)[*]" }
    return "\(elementType.name)[\(shape.map(\.description).joined(separator: ", "))]"
  }
}

extension ValueType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tensor(let type): type.description
    case .sparseTensor(let type): "sparse \(type)"
    case .sequence(let element): "sequence<\(element)>"
    case .optional(let element): "optional<\(element)>"
    case .map(let key, let value): "map<\(key.name), \(value)>"
    }
  }
}
