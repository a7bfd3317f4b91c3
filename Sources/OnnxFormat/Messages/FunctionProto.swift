internal import COnnxProto
internal import Graph

/// A function: a graph that nodes call by name, with parameters.
public struct FunctionProto: Equatable, Sendable {
  /// The function's name.
  public var name: String?
  /// The names of the parameters.
  public var input: [String] = []
  /// The names of the results.
  public var output: [String] = []
  /// The names of the attributes that a call must give.
  public var attribute: [String] = []
  /// The attributes that a call may give, with their default values.
  public var attributeProto: [AttributeProto] = []
  /// The nodes, each after those whose outputs it takes.
  public var node: [NodeProto] = []
  /// A text for people.
  public var docString: String?
  /// The operator sets that the nodes refer to.
  public var opsetImport: [OperatorSetIdProto] = []
  /// The function's namespace.
  public var domain: String?
  /// Tells functions of the same name apart.
  public var overload: String?
  /// Types of values between the nodes.
  public var valueInfo: [ValueInfoProto] = []
  /// Named texts.
  public var metadataProps: [StringStringEntryProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}

  /// A function of the given nodes.
  public init(
    name: String, domain: String, input: [String], output: [String], attribute: [String] = [],
    attributeProto: [AttributeProto] = [], node: [NodeProto], opsetImport: [OperatorSetIdProto],
    overload: String? = nil
  ) {
    self.name = name
    self.domain = domain
    self.input = input
    self.output = output
    self.attribute = attribute
    self.attributeProto = attributeProto
    self.node = node
    self.opsetImport = opsetImport
    self.overload = overload
  }
}

extension FunctionProto: WireMessage {
  static var initialize: Initializer<Onnx__FunctionProto> { onnx__function_proto__init }

  mutating func transfer(_ c: inout Onnx__FunctionProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&input, &c.input, &c.n_input)
    try f.field(&output, &c.output, &c.n_output)
    try f.field(&attribute, &c.attribute, &c.n_attribute)
    try f.field(&attributeProto, &c.attribute_proto, &c.n_attribute_proto)
    try f.field(&node, &c.node, &c.n_node)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&opsetImport, &c.opset_import, &c.n_opset_import)
    try f.field(&domain, &c.domain, &c.has_domain)
    try f.field(&overload, &c.overload, &c.has_overload)
    try f.field(&valueInfo, &c.value_info, &c.n_value_info)
    try f.field(&metadataProps, &c.metadata_props, &c.n_metadata_props)
    try f.field(&unknownFields, &c.base)
  }
}
