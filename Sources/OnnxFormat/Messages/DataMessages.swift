internal import COnnxProto
internal import Graph

// The messages of value files. They stay inside the module: outside, values are the runtime's.

/// The kinds of a sequence's elements and an optional's content.
enum ContainedKind {
  static let undefined: Int32 = 0
  static let tensor: Int32 = 1
  static let sparseTensor: Int32 = 2
  static let sequence: Int32 = 3
  static let map: Int32 = 4
  static let optional: Int32 = 5
}

struct SequenceProto {
  var name: String?
  var elemType: Int32?
  var tensorValues: [TensorProto] = []
  var sparseTensorValues: [SparseTensorProto] = []
  var sequenceValues: [SequenceProto] = []
  var mapValues: [MapProto] = []
  var optionalValues: [OptionalProto] = []
  var unknownFields: [UnknownField] = []
}

extension SequenceProto: WireMessage {
  static var initialize: Initializer<Onnx__SequenceProto> { onnx__sequence_proto__init }

  mutating func transfer(_ c: inout Onnx__SequenceProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&elemType, &c.elem_type, &c.has_elem_type)
    try f.field(&tensorValues, &c.tensor_values, &c.n_tensor_values)
    try f.field(&sparseTensorValues, &c.sparse_tensor_values, &c.n_sparse_tensor_values)
    try f.field(&sequenceValues, &c.sequence_values, &c.n_sequence_values)
    try f.field(&mapValues, &c.map_values, &c.n_map_values)
    try f.field(&optionalValues, &c.optional_values, &c.n_optional_values)
    try f.field(&unknownFields, &c.base)
  }
}

struct MapProto {
  var name: String?
  var keyType: Int32?
  var keys: [Int64] = []
  var stringKeys: [[UInt8]] = []
  var values: SequenceProto?
  var unknownFields: [UnknownField] = []
}

extension MapProto: WireMessage {
  static var initialize: Initializer<Onnx__MapProto> { onnx__map_proto__init }

  mutating func transfer(_ c: inout Onnx__MapProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&keyType, &c.key_type, &c.has_key_type)
    try f.field(&keys, &c.keys, &c.n_keys)
    try f.field(&stringKeys, &c.string_keys, &c.n_string_keys)
    try f.field(&values, &c.values)
    try f.field(&unknownFields, &c.base)
  }
}

struct OptionalProto {
  var name: String?
  var elemType: Int32?
  var tensorValue: TensorProto?
  var sparseTensorValue: SparseTensorProto?
  var sequenceValue: SequenceProto?
  var mapValue: MapProto?
  /// At most one; an array because a value cannot contain one of its own type.
  var optionalValue: [OptionalProto] = []
  var unknownFields: [UnknownField] = []
}

extension OptionalProto: WireMessage {
  static var initialize: Initializer<Onnx__OptionalProto> { onnx__optional_proto__init }

  mutating func transfer(_ c: inout Onnx__OptionalProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&elemType, &c.elem_type, &c.has_elem_type)
    try f.field(&tensorValue, &c.tensor_value)
    try f.field(&sparseTensorValue, &c.sparse_tensor_value)
    try f.field(&sequenceValue, &c.sequence_value)
    try f.field(&mapValue, &c.map_value)
    var inner = optionalValue.first
    try f.field(&inner, &c.optional_value)
    optionalValue = inner.map { [$0] } ?? []
    try f.field(&unknownFields, &c.base)
  }
}
