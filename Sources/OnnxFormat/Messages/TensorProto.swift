internal import COnnxProto
internal import Graph
public import KernelRuntime

/// A tensor as written: its elements lie in `rawData`, in one of the typed arrays, or in a file of their own.
public struct TensorProto: Equatable, Sendable {
  /// Where a tensor's elements lie: one of the constants below, or a number that a later version of ONNX defines.
  public struct DataLocation: RawRepresentable, Hashable, Sendable {
    /// The number in the file.
    public var rawValue: Int32
    /// The place of that number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// In the message.
    public static let `default` = Self(rawValue: 0)
    /// In the file that `externalData` names.
    public static let external = Self(rawValue: 1)
  }

  /// Which part of a larger tensor this one is.
  public struct Segment: Equatable, Sendable {
    /// The first element.
    public var begin: Int?
    /// The element after the last.
    public var end: Int?
    /// Fields beyond the schema.
    public var unknownFields: [UnknownField] = []

    /// A message without anything.
    public init() {}
  }

  /// The extents.
  public var dims: [Int] = []
  /// The elements' type as a number; see `elementType`.
  public var dataType: Int32?
  /// Which part of a larger tensor this one is. Nobody uses it.
  public var segment: Segment?
  /// Elements of types float and complex64 (real and imaginary part in turn).
  public var floatData: [Float] = []
  /// Elements of the integers of at most 32 bits, booleans, and the bits of floats of at most 16 bits.
  public var int32Data: [Int32] = []
  /// Elements of type string, in UTF-8 by convention only.
  public var stringData: [[UInt8]] = []
  /// Elements of type int64.
  public var int64Data: [Int64] = []
  /// The tensor's name.
  public var name: String?
  /// A text for people.
  public var docString: String?
  /// Elements of any type but string: little-endian, row-major, without gaps.
  public var rawData: RawData?
  /// The place of external data: `location`, `offset`, `length`.
  public var externalData: [StringStringEntryProto] = []
  /// Where the elements lie.
  public var dataLocation: DataLocation?
  /// Elements of types double and complex128 (real and imaginary part in turn).
  public var doubleData: [Double] = []
  /// Elements of types uint64 and uint32.
  public var uint64Data: [UInt64] = []
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// The elements' type, or nil when it is missing or none that ONNX defines.
  public var elementType: ElementType? {
    get { dataType.flatMap { UInt8(exactly: $0) }.flatMap(ElementType.init(rawValue:)) }
    set { dataType = newValue.map { Int32($0.rawValue) } }
  }

  /// Whether the elements lie in a file of their own.
  public var isExternal: Bool { dataLocation == .external }
}

extension TensorProto: WireMessage {
  static var initialize: Initializer<Onnx__TensorProto> { onnx__tensor_proto__init }

  mutating func transfer(_ c: inout Onnx__TensorProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.place(&self)
    try f.field(&dims, &c.dims, &c.n_dims)
    try f.field(&dataType, &c.data_type, &c.has_data_type)
    try f.field(&segment, &c.segment)
    try f.field(&floatData, &c.float_data, &c.n_float_data)
    try f.field(&int32Data, &c.int32_data, &c.n_int32_data)
    try f.field(&stringData, &c.string_data, &c.n_string_data)
    try f.field(&int64Data, &c.int64_data, &c.n_int64_data)
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&rawData, &c.raw_data, &c.has_raw_data)
    try f.field(&externalData, &c.external_data, &c.n_external_data)
    try f.field(&dataLocation, &c.data_location, &c.has_data_location)
    try f.field(&doubleData, &c.double_data, &c.n_double_data)
    try f.field(&uint64Data, &c.uint64_data, &c.n_uint64_data)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&unknownFields, &c.base)
  }
}

extension TensorProto.Segment: WireMessage {
  static var initialize: Initializer<Onnx__TensorProto__Segment> { onnx__tensor_proto__segment__init }

  mutating func transfer(_ c: inout Onnx__TensorProto__Segment, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&begin, &c.begin, &c.has_begin)
    try f.field(&end, &c.end, &c.has_end)
    try f.field(&unknownFields, &c.base)
  }
}

/// A tensor given by its elements that are not zero and their places.
public struct SparseTensorProto: Equatable, Sendable {
  /// The elements that are not zero, in one dimension. Its name is the sparse tensor's.
  public var values: TensorProto?
  /// Their places: linear indices, or one row of coordinates each.
  public var indices: TensorProto?
  /// The extents of the whole.
  public var dims: [Int] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A sparse tensor of the given extents.
  public init(values: TensorProto, indices: TensorProto, dims: [Int]) {
    self.values = values
    self.indices = indices
    self.dims = dims
  }
}

extension SparseTensorProto: WireMessage {
  static var initialize: Initializer<Onnx__SparseTensorProto> { onnx__sparse_tensor_proto__init }

  mutating func transfer(_ c: inout Onnx__SparseTensorProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&values, &c.values)
    try f.field(&indices, &c.indices)
    try f.field(&dims, &c.dims, &c.n_dims)
    try f.field(&unknownFields, &c.base)
  }
}
