import Graph
import KernelRuntime
import OnnxFormat

extension ValueType {
  /// The type that a file spells out, or nil when it says too little.
  ///
  /// Dimensions without a value or name, and negative ones, become local.
  public init?(_ proto: TypeProto) {
    switch proto.value {
    case .tensor(let tensor):
      guard let type = TensorType(tensor) else { return nil }
      self = .tensor(type)
    case .sparseTensor(let tensor):
      guard let type = TensorType(tensor) else { return nil }
      self = .sparseTensor(type)
    case .sequence(let sequence):
      guard let element = sequence.elemType.flatMap(ValueType.init) else { return nil }
      self = .sequence(element)
    case .optional(let optional):
      guard let element = optional.elemType.flatMap(ValueType.init) else { return nil }
      self = .optional(element)
    case .map(let map):
      guard let key = map.keyType.flatMap({ UInt8(exactly: $0) }).flatMap(ElementType.init(rawValue:)),
        let value = map.valueType.flatMap(ValueType.init)
      else { return nil }
      self = .map(key: key, value: value)
    case .opaque, nil: return nil
    }
  }

  /// The type as a file spells it out.
  func proto() -> TypeProto {
    switch self {
    case .tensor(let type): .tensor(type.elementType, type.shapeProto)
    case .sparseTensor(let type): .sparseTensor(type.elementType, type.shapeProto)
    case .sequence(let element): .sequence(element.proto())
    case .optional(let element): .optional(element.proto())
    case .map(let key, let value): .map(key, value.proto())
    }
  }
}

extension TensorType {
  init?(_ proto: TypeProto.Tensor) {
    guard let type = proto.elementType else { return nil }
    self.init(
      type,
      proto.shape?.dim.enumerated().map { i, dimension in
        switch dimension.value {
        case .value(let extent) where extent >= 0 && extent <= Inference.maximalExtent: Dimension(extent)
        // A leading "?" or "$" marks the graph's own symbols.
        case .param(let name) where !name.isEmpty && name.first != "?" && name.first != "$": Dimension(symbol: name)
        default: Dimension.local("d\(i)")
        }
      })
  }

  fileprivate var shapeProto: TensorShapeProto? {
    shape.map { shape in
      TensorShapeProto(
        shape.map { dimension in
          if let value = dimension.value { return .value(value) }
          // Symbols of our own making say nothing to others.
          return dimension.symbols.contains { $0.hasPrefix("?") }
            ? .unknown : .param(dimension.description)
        })
    }
  }
}
