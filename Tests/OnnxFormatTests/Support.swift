import Foundation
import Graph
import KernelRuntime
import OnnxFormat

/// A folder that exists while the test runs.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "onramp-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name)))) }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

/// Random numbers that a printed seed brings back (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Protobuf's encoding, written by hand for messages that no library would write.
enum Wire {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }
  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }
  static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(UInt64(content.count)) + content
  }
  static func text(_ field: UInt64, _ content: String) -> [UInt8] { bytes(field, Array(content.utf8)) }
}

/// The code of the diagnostic that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> Diagnostic.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? Diagnostic)?.code
  }
}

/// A model with something of every kind.
func sampleModel() throws -> Model {
  let weights = try Tensor((0..<12).map { Float($0) / 4 }, shape: [3, 4])
  let inner = GraphProto(
    name: "then", node: [NodeProto("Identity", input: ["w"], output: ["t"])], output: [ValueInfoProto(name: "t")])
  var annotation = TensorAnnotation()
  annotation.tensorName = "x"
  annotation.quantParameterTensorNames = [StringStringEntryProto(key: "SCALE_TENSOR", value: "w")]
  var sharding = ShardingSpecProto()
  sharding.tensorName = "x"
  sharding.device = [0, -1]
  var group = IntIntListEntryProto()
  group.key = -1
  group.value = [2, 3]
  sharding.indexToDeviceGroupMap = [group]
  var part = SimpleShardedDimProto()
  part.dim = .param("N")
  part.numShards = 2
  var axis = ShardedDimProto()
  axis.axis = 0
  axis.simpleSharding = [part]
  sharding.shardedDim = [axis]
  var placement = NodeDeviceConfigurationProto()
  placement.configurationId = "pair"
  placement.pipelineStage = -1
  placement.shardingSpec = [sharding]
  var configuration = DeviceConfigurationProto()
  configuration.name = "pair"
  configuration.numDevices = 2
  configuration.device = ["a", ""]

  var node = NodeProto(
    "Everything", domain: "test", name: "n", input: ["x", "", "w"], output: ["y"],
    attribute: [
      AttributeProto("f", f: -.infinity), AttributeProto("i", i: .min), AttributeProto("s", s: "text\0more"),
      AttributeProto("t", t: TensorProto(name: "c", tensor: try Tensor(["a", ""], shape: [2]))),
      AttributeProto("g", g: inner), AttributeProto("tp", tp: .sequence(.tensor(.int4, TensorShapeProto([2])))),
      AttributeProto("floats", floats: [1, 2]), AttributeProto("ints", ints: [1, -2]),
      AttributeProto("strings", strings: ["", "b"]), AttributeProto("graphs", graphs: [inner, inner]),
      AttributeProto("tensors", tensors: [TensorProto(tensor: weights)]),
      AttributeProto(
        "sparse",
        sparseTensor: SparseTensorProto(
          values: TensorProto(name: "v", tensor: try Tensor([Float(1)], shape: [1])),
          indices: TensorProto(tensor: try Tensor([Int64(3)], shape: [1])), dims: [9])),
      AttributeProto(
        "types",
        typeProtos: [
          .optional(.map(.string, .tensor(.float))), .sparseTensor(.double), .tensor(.bool, TensorShapeProto()),
        ]),
      AttributeProto("r", type: .int, reference: "outer"),
    ])
  node.deviceConfigurations = [placement]
  var graph = GraphProto(
    name: "main", node: [node],
    input: [ValueInfoProto(name: "x", type: .tensor(.float, TensorShapeProto([.param("N"), .value(4), .unknown])))],
    output: [ValueInfoProto(name: "y")], initializer: [TensorProto(name: "w", tensor: weights)], docString: "")
  graph.quantizationAnnotation = [annotation]
  let function = FunctionProto(
    name: "F", domain: "test", input: ["a"], output: ["b"], attribute: ["k"],
    attributeProto: [AttributeProto("l", i: 1)], node: [NodeProto("Relu", input: ["a"], output: ["b"])],
    opsetImport: [OperatorSetIdProto(version: 20)])
  var training = TrainingInfoProto()
  training.algorithm = inner
  training.updateBinding = [StringStringEntryProto(key: "w", value: "t")]
  var model = Model(
    graph: graph, opsetImport: [OperatorSetIdProto(version: 20), OperatorSetIdProto(domain: "test", version: 1)],
    irVersion: 13, producerName: "onramp", functions: [function],
    metadataProps: [StringStringEntryProto(key: "k", value: "ü")])
  model.trainingInfo = [training]
  model.configuration = [configuration]
  model.modelVersion = 0
  model.unknownFields = [UnknownField(number: 1000, wireType: 0, bytes: [7])]
  return model
}
