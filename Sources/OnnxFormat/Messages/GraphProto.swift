internal import COnnxProto
internal import Graph

/// A graph: nodes in topological order, values known by name.
public struct GraphProto: Equatable, Sendable {
  /// The nodes, each after those whose outputs it takes.
  public var node: [NodeProto] = []
  /// The graph's name.
  public var name: String?
  /// Named constants, which may also be default values of inputs.
  public var initializer: [TensorProto] = []
  /// Named constants that are mostly zero.
  public var sparseInitializer: [SparseTensorProto] = []
  /// A text for people.
  public var docString: String?
  /// The graph's inputs.
  public var input: [ValueInfoProto] = []
  /// The graph's outputs.
  public var output: [ValueInfoProto] = []
  /// Types of values between the nodes.
  public var valueInfo: [ValueInfoProto] = []
  /// How values are quantized.
  public var quantizationAnnotation: [TensorAnnotation] = []
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A graph of the given nodes.
  public init(
    name: String, node: [NodeProto], input: [ValueInfoProto] = [], output: [ValueInfoProto] = [],
    initializer: [TensorProto] = [], valueInfo: [ValueInfoProto] = [], docString: String? = nil
  ) {
    self.name = name
    self.node = node
    self.input = input
    self.output = output
    self.initializer = initializer
    self.valueInfo = valueInfo
    self.docString = docString
  }
}

extension GraphProto: WireMessage {
  static var initialize: Initializer<Onnx__GraphProto> { onnx__graph_proto__init }

  mutating func transfer(_ c: inout Onnx__GraphProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&node, &c.node, &c.n_node)
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&initializer, &c.initializer, &c.n_initializer)
    try f.field(&sparseInitializer, &c.sparse_initializer, &c.n_sparse_initializer)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&input, &c.input, &c.n_input)
    try f.field(&output, &c.output, &c.n_output)
    try f.field(&valueInfo, &c.value_info, &c.n_value_info)
    try f.field(&quantizationAnnotation, &c.quantization_annotation, &c.n_quantization_annotation)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&unknownFields, &c.base)
  }
}

/// A value's name and type.
public struct ValueInfoProto: Equatable, Sendable {
  /// The value's name.
  public var name: String?
  /// The value's type.
  public var type: TypeProto?
  /// A text for people.
  public var docString: String?
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A value of the given type.
  public init(name: String, type: TypeProto? = nil, docString: String? = nil) {
    self.name = name
    self.type = type
    self.docString = docString
  }
}

extension ValueInfoProto: WireMessage {
  static var initialize: Initializer<Onnx__ValueInfoProto> { onnx__value_info_proto__init }

  mutating func transfer(_ c: inout Onnx__ValueInfoProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&type, &c.type)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&unknownFields, &c.base)
  }
}

/// Says which tensors hold a value's quantization parameters.
public struct TensorAnnotation: Equatable, Sendable {
  /// The annotated value's name.
  public var tensorName: String?
  /// From a parameter's name to its tensor's.
  public var quantParameterTensorNames: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension TensorAnnotation: WireMessage {
  static var initialize: Initializer<Onnx__TensorAnnotation> { onnx__tensor_annotation__init }

  mutating func transfer(_ c: inout Onnx__TensorAnnotation, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&tensorName, &c.tensor_name, &c.has_tensor_name)
    try f.field(
      &quantParameterTensorNames, &c.quant_parameter_tensor_names, &c.n_quant_parameter_tensor_names)
    try f.field(&unknownFields, &c.base)
  }
}
