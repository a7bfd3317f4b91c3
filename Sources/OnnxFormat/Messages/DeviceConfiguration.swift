internal import COnnxProto
internal import Graph

/// A named set of devices.
public struct DeviceConfigurationProto: Equatable, Sendable {
  /// The configuration's name.
  public var name: String?
  /// The number of devices.
  public var numDevices: Int32?
  /// The devices' names.
  public var device: [String] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension DeviceConfigurationProto: WireMessage {
  static var initialize: Initializer<Onnx__DeviceConfigurationProto> { onnx__device_configuration_proto__init }

  mutating func transfer(_ c: inout Onnx__DeviceConfigurationProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&numDevices, &c.num_devices, &c.has_num_devices)
    try f.field(&device, &c.device, &c.n_device)
    try f.field(&unknownFields, &c.base)
  }
}

/// How a node runs on a configuration's devices.
public struct NodeDeviceConfigurationProto: Equatable, Sendable {
  /// The name of the configuration.
  public var configurationId: String?
  /// How the node's inputs and outputs are divided.
  public var shardingSpec: [ShardingSpecProto] = []
  /// The stage of the pipeline that the node belongs to.
  public var pipelineStage: Int32?
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension NodeDeviceConfigurationProto: WireMessage {
  static var initialize: Initializer<Onnx__NodeDeviceConfigurationProto> {
    onnx__node_device_configuration_proto__init
  }

  mutating func transfer(_ c: inout Onnx__NodeDeviceConfigurationProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&configurationId, &c.configuration_id, &c.has_configuration_id)
    try f.field(&shardingSpec, &c.sharding_spec, &c.n_sharding_spec)
    try f.field(&pipelineStage, &c.pipeline_stage, &c.has_pipeline_stage)
    try f.field(&unknownFields, &c.base)
  }
}

/// How one value is divided among devices.
public struct ShardingSpecProto: Equatable, Sendable {
  /// The value's name.
  public var tensorName: String?
  /// The devices, or groups of them where they stand in the map below.
  public var device: [Int] = []
  /// From a group's index to its devices.
  public var indexToDeviceGroupMap: [IntIntListEntryProto] = []
  /// How each divided axis is divided.
  public var shardedDim: [ShardedDimProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension ShardingSpecProto: WireMessage {
  static var initialize: Initializer<Onnx__ShardingSpecProto> { onnx__sharding_spec_proto__init }

  mutating func transfer(_ c: inout Onnx__ShardingSpecProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&tensorName, &c.tensor_name, &c.has_tensor_name)
    try f.field(&device, &c.device, &c.n_device)
    try f.field(&indexToDeviceGroupMap, &c.index_to_device_group_map, &c.n_index_to_device_group_map)
    try f.field(&shardedDim, &c.sharded_dim, &c.n_sharded_dim)
    try f.field(&unknownFields, &c.base)
  }
}

/// How one axis is divided.
public struct ShardedDimProto: Equatable, Sendable {
  /// The axis.
  public var axis: Int?
  /// Its parts, of which each is divided evenly.
  public var simpleSharding: [SimpleShardedDimProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension ShardedDimProto: WireMessage {
  static var initialize: Initializer<Onnx__ShardedDimProto> { onnx__sharded_dim_proto__init }

  mutating func transfer(_ c: inout Onnx__ShardedDimProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&axis, &c.axis, &c.has_axis)
    try f.field(&simpleSharding, &c.simple_sharding, &c.n_simple_sharding)
    try f.field(&unknownFields, &c.base)
  }
}

/// An extent divided evenly.
public struct SimpleShardedDimProto: Equatable, Sendable {
  /// The extent; nil when nothing is known about it.
  public var dim: TensorShapeProto.Dimension.Value?
  /// The number of parts.
  public var numShards: Int?
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension SimpleShardedDimProto: WireMessage {
  static var initialize: Initializer<Onnx__SimpleShardedDimProto> { onnx__simple_sharded_dim_proto__init }

  mutating func transfer(_ c: inout Onnx__SimpleShardedDimProto, _ f: some FieldCodec) throws(Diagnostic) {
    if f.isReading {
      switch c.dim_case {
      case ONNX__SIMPLE_SHARDED_DIM_PROTO__DIM_DIM_VALUE: dim = .value(Int(c.dim_value))
      case ONNX__SIMPLE_SHARDED_DIM_PROTO__DIM_DIM_PARAM: dim = .param(try f.take(c.dim_param))
      default: dim = nil
      }
    } else {
      switch dim {
      case .value(let extent):
        c.dim_case = ONNX__SIMPLE_SHARDED_DIM_PROTO__DIM_DIM_VALUE
        c.dim_value = Int64(extent)
      case .param(let name):
        c.dim_case = ONNX__SIMPLE_SHARDED_DIM_PROTO__DIM_DIM_PARAM
        c.dim_param = try f.give(name)
      case nil: break
      }
    }
    try f.field(&numShards, &c.num_shards, &c.has_num_shards)
    try f.field(&unknownFields, &c.base)
  }
}

/// An integer and the integers that belong to it.
public struct IntIntListEntryProto: Equatable, Sendable {
  /// The integer.
  public var key: Int?
  /// The integers that belong to it.
  public var value: [Int] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  /// A message without anything.
  public init() {}
}

extension IntIntListEntryProto: WireMessage {
  static var initialize: Initializer<Onnx__IntIntListEntryProto> { onnx__int_int_list_entry_proto__init }

  mutating func transfer(_ c: inout Onnx__IntIntListEntryProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&key, &c.key, &c.has_key)
    try f.field(&value, &c.value, &c.n_value)
    try f.field(&unknownFields, &c.base)
  }
}
