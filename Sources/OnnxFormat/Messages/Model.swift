internal import COnnxProto
internal import Graph

/// An ONNX model as its file says it (`ModelProto`), nothing lost: absent fields are nil or empty, fields that this
/// package does not know are kept, and tensors' bytes stay where they are.
public struct Model: Sendable {
  /// The version of the file format.
  public var irVersion: Int?
  /// The operator sets that the nodes refer to.
  public var opsetImport: [OperatorSetIdProto] = []
  /// The name of the program that made the model.
  public var producerName: String?
  /// The version of that program.
  public var producerVersion: String?
  /// The model's namespace, a reversed domain name.
  public var domain: String?
  /// The version of the model itself.
  public var modelVersion: Int?
  /// A text for people.
  public var docString: String?
  /// What the model computes.
  public var graph: GraphProto?
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// How to train the model.
  public var trainingInfo: [TrainingInfoProto] = []
  /// Functions that nodes may call as operators.
  public var functions: [FunctionProto] = []
  /// The device configurations that nodes refer to.
  public var configuration: [DeviceConfigurationProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// Where the tensors' external data lies: the folder that the model was opened from, or nil when it has none.
  public var externalData: ExternalData?

  /// A model without anything.
  public init() {}

  /// A model of the given graph.
  public init(
    graph: GraphProto, opsetImport: [OperatorSetIdProto], irVersion: Int, producerName: String? = nil,
    producerVersion: String? = nil, functions: [FunctionProto] = [], metadataProps: [StringStringEntryProto] = []
  ) {
    self.graph = graph
    self.opsetImport = opsetImport
    self.irVersion = irVersion
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.functions = functions
    self.metadataProps = metadataProps
  }
}

extension Model: WireMessage {
  static var initialize: Initializer<Onnx__ModelProto> { onnx__model_proto__init }

  mutating func transfer(_ c: inout Onnx__ModelProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&irVersion, &c.ir_version, &c.has_ir_version)
    try f.field(&opsetImport, &c.opset_import, &c.n_opset_import)
    try f.field(&producerName, &c.producer_name, &c.has_producer_name)
    try f.field(&producerVersion, &c.producer_version, &c.has_producer_version)
    try f.field(&domain, &c.domain, &c.has_domain)
    try f.field(&modelVersion, &c.model_version, &c.has_model_version)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&graph, &c.graph)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&trainingInfo, &c.training_info, &c.n_training_info)
    try f.field(&functions, &c.functions, &c.n_functions)
    try f.field(&configuration, &c.configuration, &c.n_configuration)
    try f.field(&unknownFields, &c.base)
  }
}

/// An operator set that a model or function imports.
public struct OperatorSetIdProto: Equatable, Sendable {
  /// The set's name; empty or absent for ONNX's own operators.
  public var domain: String?
  /// The set's version.
  public var version: Int?
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A version of an operator set.
  public init(domain: String = "", version: Int) {
    self.domain = domain
    self.version = version
  }
}

extension OperatorSetIdProto: WireMessage {
  static var initialize: Initializer<Onnx__OperatorSetIdProto> { onnx__operator_set_id_proto__init }

  mutating func transfer(_ c: inout Onnx__OperatorSetIdProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&domain, &c.domain, &c.has_domain)
    try f.field(&version, &c.version, &c.has_version)
    try f.field(&unknownFields, &c.base)
  }
}

/// A named text.
public struct StringStringEntryProto: Equatable, Sendable {
  /// The name.
  public var key: String?
  /// The text.
  public var value: String?
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A text under a name.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

extension StringStringEntryProto: WireMessage {
  static var initialize: Initializer<Onnx__StringStringEntryProto> { onnx__string_string_entry_proto__init }

  mutating func transfer(_ c: inout Onnx__StringStringEntryProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&key, &c.key, &c.has_key)
    try f.field(&value, &c.value, &c.has_value)
    try f.field(&unknownFields, &c.base)
  }
}

/// How to set up and how to take one step of a training.
public struct TrainingInfoProto: Equatable, Sendable {
  /// Computes initial values.
  public var initialization: GraphProto?
  /// Computes one step.
  public var algorithm: GraphProto?
  /// Which initializers take which outputs of the initialization.
  public var initializationBinding: [StringStringEntryProto] = []
  /// Which initializers take which outputs of a step.
  public var updateBinding: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension TrainingInfoProto: WireMessage {
  static var initialize: Initializer<Onnx__TrainingInfoProto> { onnx__training_info_proto__init }

  mutating func transfer(_ c: inout Onnx__TrainingInfoProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&initialization, &c.initialization)
    try f.field(&algorithm, &c.algorithm)
    try f.field(&initializationBinding, &c.initialization_binding, &c.n_initialization_binding)
    try f.field(&updateBinding, &c.update_binding, &c.n_update_binding)
    try f.field(&unknownFields, &c.base)
  }
}
