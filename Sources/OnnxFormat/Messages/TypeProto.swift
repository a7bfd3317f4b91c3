internal import COnnxProto
internal import Graph
public import KernelRuntime

/// The type of a value.
public struct TypeProto: Equatable, Sendable {
  /// The kinds of types.
  public indirect enum Value: Equatable, Sendable {
    /// A tensor.
    case tensor(Tensor)
    /// A sequence.
    case sequence(Sequence)
    /// A map.
    case map(Map)
    /// A value that may be missing.
    case optional(Optional)
    /// A sparse tensor.
    case sparseTensor(Tensor)
    /// A type that only its domain knows.
    case opaque(Opaque)
  }

  /// Which kind of type it is; nil when the file does not say, or says a kind that ONNX does not define.
  public var value: Value?
  /// What the value means, such as `IMAGE`.
  public var denotation: String?
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A type of the given kind.
  public init(_ value: Value) { self.value = value }

  /// A tensor type; without a shape nothing is said about the rank.
  public static func tensor(_ type: ElementType, _ shape: TensorShapeProto? = nil) -> Self {
    Self(.tensor(Tensor(type, shape)))
  }
  /// A sparse tensor type.
  public static func sparseTensor(_ type: ElementType, _ shape: TensorShapeProto? = nil) -> Self {
    Self(.sparseTensor(Tensor(type, shape)))
  }
  /// A sequence type.
  public static func sequence(_ element: TypeProto) -> Self {
    Self(.sequence(Sequence(element)))
  }
  /// An optional type.
  public static func optional(_ element: TypeProto) -> Self {
    Self(.optional(Optional(element)))
  }
  /// A map type.
  public static func map(_ key: ElementType, _ value: TypeProto) -> Self {
    Self(.map(Map(key, value)))
  }

  /// The type of a tensor, sparse or dense.
  public struct Tensor: Equatable, Sendable {
    /// The elements' type as a number; see `elementType`.
    public var elemType: Int32?
    /// The shape; nil when nothing is known about it.
    public var shape: TensorShapeProto?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}

    /// A tensor type.
    public init(_ type: ElementType, _ shape: TensorShapeProto? = nil) {
      elemType = Int32(type.rawValue)
      self.shape = shape
    }

    /// The elements' type, or nil when it is missing or none that ONNX defines.
    public var elementType: ElementType? { elemType.flatMap { UInt8(exactly: $0) }.flatMap(ElementType.init) }
  }

  /// The type of a sequence.
  public struct Sequence: Equatable, Sendable {
    /// The elements' type.
    public var elemType: TypeProto?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}

    /// A sequence type.
    public init(_ element: TypeProto) { elemType = element }
  }

  /// The type of a value that may be missing.
  public struct Optional: Equatable, Sendable {
    /// The value's type when there is one.
    public var elemType: TypeProto?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}

    /// An optional type.
    public init(_ element: TypeProto) { elemType = element }
  }

  /// The type of a map.
  public struct Map: Equatable, Sendable {
    /// The keys' type as a number: an integer type or string.
    public var keyType: Int32?
    /// The values' type.
    public var valueType: TypeProto?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}

    /// A map type.
    public init(_ key: ElementType, _ value: TypeProto) {
      keyType = Int32(key.rawValue)
      valueType = value
    }

    /// The keys' type, or nil when it is missing or none that ONNX defines.
    public var keyElementType: ElementType? { keyType.flatMap { UInt8(exactly: $0) }.flatMap(ElementType.init) }
  }

  /// A type that only its domain knows.
  public struct Opaque: Equatable, Sendable {
    /// The domain that defines it.
    public var domain: String?
    /// The type's name.
    public var name: String?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}
  }
}

/// The extents of a tensor, as far as they are known.
public struct TensorShapeProto: Equatable, Sendable {
  /// One extent.
  public struct Dimension: Equatable, Sendable {
    /// What is known about the extent.
    public enum Value: Equatable, Sendable {
      /// The extent itself (`dim_value`).
      case value(Int)
      /// A symbol for it (`dim_param`).
      case param(String)
    }

    /// What is known about the extent; nil for nothing.
    public var value: Value?
    /// What the dimension means, such as `DATA_BATCH`.
    public var denotation: String?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// An extent of which nothing is known.
    public init() {}

    /// An extent.
    public init(_ value: Value?, denotation: String? = nil) {
      self.value = value
      self.denotation = denotation
    }

    /// A known extent.
    public static func value(_ value: Int) -> Self { Self(.value(value)) }
    /// A symbol.
    public static func param(_ name: String) -> Self { Self(.param(name)) }
    /// An extent of which nothing is known.
    public static var unknown: Self { Self() }
  }

  /// The extents, outermost first.
  public var dim: [Dimension] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// The shape of a scalar.
  public init() {}

  /// A shape.
  public init(_ dim: [Dimension]) { self.dim = dim }

  /// A shape of known extents.
  public init(_ extents: [Int]) { dim = extents.map(Dimension.value) }
}

// In the file a tensor type and a sparse one are different messages with the same fields.
private struct SparseTensorType {
  var tensor = TypeProto.Tensor()
  var unknownFields: [UnknownField] {
    get { tensor.unknownFields }
    set { tensor.unknownFields = newValue }
  }
}

extension TypeProto: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto> { onnx__type_proto__init }

  mutating func transfer(_ c: inout Onnx__TypeProto, _ f: some FieldCodec) throws(Diagnostic) {
    if f.isReading {
      switch c.value_case {
      case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE: value = try f.take(c.tensor_type).map(Value.tensor)
      case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE: value = try f.take(c.sequence_type).map(Value.sequence)
      case ONNX__TYPE_PROTO__VALUE_MAP_TYPE: value = try f.take(c.map_type).map(Value.map)
      case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE: value = try f.take(c.optional_type).map(Value.optional)
      case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE: value = try f.take(c.opaque_type).map(Value.opaque)
      case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
        let sparse: SparseTensorType? = try f.take(c.sparse_tensor_type)
        value = sparse.map { .sparseTensor($0.tensor) }
      default: value = nil
      }
    } else {
      switch value {
      case .tensor(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
        c.tensor_type = try f.give(type)
      case .sequence(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE
        c.sequence_type = try f.give(type)
      case .map(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_MAP_TYPE
        c.map_type = try f.give(type)
      case .optional(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE
        c.optional_type = try f.give(type)
      case .sparseTensor(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE
        c.sparse_tensor_type = try f.give(SparseTensorType(tensor: type))
      case .opaque(let type):
        c.value_case = ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE
        c.opaque_type = try f.give(type)
      case nil: break
      }
    }
    try f.field(&denotation, &c.denotation, &c.has_denotation)
    try f.field(&unknownFields, &c.base)
  }
}

extension TypeProto.Tensor: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__Tensor> { onnx__type_proto__tensor__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__Tensor, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&elemType, &c.elem_type, &c.has_elem_type)
    try f.field(&shape, &c.shape)
    try f.field(&unknownFields, &c.base)
  }
}

extension SparseTensorType: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__SparseTensor> { onnx__type_proto__sparse_tensor__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__SparseTensor, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&tensor.elemType, &c.elem_type, &c.has_elem_type)
    try f.field(&tensor.shape, &c.shape)
    try f.field(&tensor.unknownFields, &c.base)
  }
}

extension TypeProto.Sequence: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__Sequence> { onnx__type_proto__sequence__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__Sequence, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&elemType, &c.elem_type)
    try f.field(&unknownFields, &c.base)
  }
}

extension TypeProto.Optional: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__Optional> { onnx__type_proto__optional__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__Optional, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&elemType, &c.elem_type)
    try f.field(&unknownFields, &c.base)
  }
}

extension TypeProto.Map: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__Map> { onnx__type_proto__map__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__Map, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&keyType, &c.key_type, &c.has_key_type)
    try f.field(&valueType, &c.value_type)
    try f.field(&unknownFields, &c.base)
  }
}

extension TypeProto.Opaque: WireMessage {
  static var initialize: Initializer<Onnx__TypeProto__Opaque> { onnx__type_proto__opaque__init }

  mutating func transfer(_ c: inout Onnx__TypeProto__Opaque, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&domain, &c.domain, &c.has_domain)
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&unknownFields, &c.base)
  }
}

extension TensorShapeProto: WireMessage {
  static var initialize: Initializer<Onnx__TensorShapeProto> { onnx__tensor_shape_proto__init }

  mutating func transfer(_ c: inout Onnx__TensorShapeProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&dim, &c.dim, &c.n_dim)
    try f.field(&unknownFields, &c.base)
  }
}

extension TensorShapeProto.Dimension: WireMessage {
  static var initialize: Initializer<Onnx__TensorShapeProto__Dimension> { onnx__tensor_shape_proto__dimension__init }

  mutating func transfer(_ c: inout Onnx__TensorShapeProto__Dimension, _ f: some FieldCodec) throws(Diagnostic) {
    if f.isReading {
      switch c.value_case {
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE: value = .value(Int(c.dim_value))
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM: value = .param(try f.take(c.dim_param))
      default: value = nil
      }
    } else {
      switch value {
      case .value(let extent):
        c.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
        c.dim_value = Int64(extent)
      case .param(let name):
        c.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
        c.dim_param = try f.give(name)
      case nil: break
      }
    }
    try f.field(&denotation, &c.denotation, &c.has_denotation)
    try f.field(&unknownFields, &c.base)
  }
}
