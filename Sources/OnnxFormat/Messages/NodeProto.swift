internal import COnnxProto
internal import Graph

/// A call of an operator or function.
public struct NodeProto: Equatable, Sendable {
  /// The names of the values that the node takes; an empty one stands for an optional input left out.
  public var input: [String] = []
  /// The names of the values that the node gives; an empty one stands for an output left out.
  public var output: [String] = []
  /// The node's name, for messages.
  public var name: String?
  /// The operator's name.
  public var opType: String?
  /// The operator set's name; empty or absent for ONNX's own operators.
  public var domain: String?
  /// Which of several functions of the same name is called.
  public var overload: String?
  /// The attributes.
  public var attribute: [AttributeProto] = []
  /// A text for people.
  public var docString: String?
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// How the node runs on several devices.
  public var deviceConfigurations: [NodeDeviceConfigurationProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A call of an operator.
  public init(
    _ opType: String, domain: String? = nil, name: String? = nil, input: [String], output: [String],
    attribute: [AttributeProto] = [], overload: String? = nil, docString: String? = nil
  ) {
    self.opType = opType
    self.domain = domain
    self.name = name
    self.input = input
    self.output = output
    self.attribute = attribute
    self.overload = overload
    self.docString = docString
  }
}

extension NodeProto: WireMessage {
  static var initialize: Initializer<Onnx__NodeProto> { onnx__node_proto__init }

  mutating func transfer(_ c: inout Onnx__NodeProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&input, &c.input, &c.n_input)
    try f.field(&output, &c.output, &c.n_output)
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&opType, &c.op_type, &c.has_op_type)
    try f.field(&domain, &c.domain, &c.has_domain)
    try f.field(&overload, &c.overload, &c.has_overload)
    try f.field(&attribute, &c.attribute, &c.n_attribute)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&deviceConfigurations, &c.device_configurations, &c.n_device_configurations)
    try f.field(&unknownFields, &c.base)
  }
}
