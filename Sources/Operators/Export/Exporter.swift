import Graph
import KernelRuntime
import OnnxFormat

/// Makes a model of a graph, for any version of ONNX's operator set that can say it.
public struct Exporter {
  private var graph: Graph
  private let opset: Int
  private var domains: Set<String> = []
  private var constants: [ValueID] = []
  private var exported: Set<ValueID> = []
  private var valueNames: [ValueID: String] = [:]
  /// The tensor types that the original declares for its outputs, by name.
  private var declared: [String: TensorType] = [:]
  /// How often each node name was given.
  private var nodeNames: [String: Int] = [:]

  /// The model that a graph says.
  ///
  /// - Parameters:
  ///   - opset: the version of ONNX's operator set to write; the newest by default.
  ///   - original: a model whose metadata the new one takes over.
  ///   - singleResults: whether results that may stand alone get a node each, though that computes them twice.
  /// - Throws: when a node has no form in that version, or is no operator of the standard.
  public static func model(
    of graph: Graph, opset: Int? = nil, like original: Model? = nil, singleResults: Bool = false
  ) throws(Diagnostic) -> Model {
    let newest = SchemaRegistry.latestOpset()
    let opset = opset ?? newest
    guard (1...newest).contains(opset) else {
      throw Diagnostic(.error, .unsupported, "version \(opset) of the operator set; 1 to \(newest) are known")
    }
    var exporter = Exporter(graph: graph, opset: opset)
    try JoinResults.run(on: &exporter.graph, alone: singleResults)
    return try exporter.model(like: original)
  }

  private init(graph: Graph, opset: Int) {
    self.graph = graph
    self.opset = opset
  }

  private mutating func model(like original: Model?) throws(Diagnostic) -> Model {
    for output in original?.graph?.output ?? [] {
      declared[output.name ?? ""] = output.type.flatMap(ValueType.init)?.tensor
    }
    let versions = Self.operatorSets(opset, like: original)
    try VersionAdapters.downgrade(&graph, to: versions)
    nameOutputs(of: graph.main)
    var main = try graphProto(graph.main, name: graph.name)
    for constant in constants {
      guard let tensor = graph[constant].constant else { continue }
      main.initializer.append(TensorProto(name: name(of: constant), tensor: tensor))
    }
    var imports = [OperatorSetIdProto(domain: "", version: opset)]
    for domain in domains.subtracting([""]).sorted() {
      let given = original?.opsetImport.first { $0.domain == domain }?.version
      imports.append(OperatorSetIdProto(domain: domain, version: versions[domain] ?? given ?? 1))
    }
    var model = Model(
      graph: main, opsetImport: imports, irVersion: Self.formatVersion(opset: opset), producerName: "onramp")
    model.domain = original?.domain
    model.modelVersion = original?.modelVersion
    model.docString = original?.docString
    model.metadataProps = original?.metadataProps ?? []
    return model
  }

  /// The version of the file format that came with a version of the operator set, from ONNX's table of releases; at
  /// least 4, from which on initializers need not be inputs.
  static func formatVersion(opset: Int) -> Int {
    switch opset {
    case ..<9: 4
    case 9: 4
    case 10: 5
    case 11: 6
    case 12, 13, 14: 7
    case 15...18: 8
    case 19, 20: 9
    case 21, 22: 10
    case 23: 11
    case 24: 12
    case 25: 12
    case 26: 13
    default: 14
    }
  }

  /// The version of each of the standard's domains: those that came out with a version of ONNX's own set, or newer ones
  /// that the original uses where it is not made older.
  private static func operatorSets(_ opset: Int, like original: Model?) -> [String: Int] {
    func version(_ domain: String) -> Int? {
      original?.opsetImport.first { OperatorName("", domain: $0.domain ?? "").domain == domain }?.version
    }
    let isOlder = version("").map { opset < $0 } ?? false
    var versions: [String: Int] = [:]
    for domain in SchemaRegistry.domains {
      let companion = SchemaRegistry.companion(of: opset, domain: domain)
      let given = isOlder ? companion : version(domain) ?? companion
      versions[domain] = min(max(companion, given), SchemaRegistry.latestOpset(domain: domain))
    }
    versions[""] = opset
    return versions
  }

  // MARK: Names

  private func name(of value: ValueID) -> String { valueNames[value] ?? graph[value].name }

  /// Makes every output of a region a result of a node of that region under the output's own name, with an Identity
  /// where it is not.
  private mutating func nameOutputs(of region: RegionID) {
    for node in graph.nodes(in: region) {
      for nested in graph[node].regions { nameOutputs(of: nested) }
    }
    var taken: Set<ValueID> = []
    for (i, output) in graph[region].outputs.enumerated() {
      let isOwn = graph.isResult(output.value, in: region)
      let isFirst = taken.insert(output.value).inserted
      let value = isOwn && isFirst ? output.value : copy(output.value, asOutput: i, of: region)
      if let holder = graph.value(named: output.name), holder != value {
        graph.rename(holder, to: "\(output.name)_value")
      }
      graph.rename(value, to: output.name)
    }
  }

  /// Makes a copy of a value the output of a region.
  private mutating func copy(_ value: ValueID, asOutput index: Int, of region: RegionID) -> ValueID {
    let type = graph[value].type
    let node = graph.addNode(
      OperatorName("Identity"), [value], provenance: Provenance(graph: graph.name), in: region)
    let copy = graph[node].results[0]
    graph[copy].type = type
    graph.setOutput(index, of: region, to: copy)
    return copy
  }

  /// A node's name, with a number behind where several nodes come from one: names may not occur twice.
  private mutating func uniqueName(_ name: String) -> String {
    guard !name.isEmpty else { return name }
    var candidate = name
    while let count = nodeNames[candidate] {
      nodeNames[candidate] = count + 1
      candidate = "\(name)_\(count + 1)"
    }
    nodeNames[candidate] = 1
    return candidate
  }

  // MARK: Graphs and nodes

  private mutating func graphProto(_ region: RegionID, name: String) throws(Diagnostic) -> GraphProto {
    var nodes: [NodeProto] = []
    var infos: [ValueInfoProto] = []
    let outputs = Set(graph[region].outputs.map(\.value))
    for id in graph.nodes(in: region) {
      nodes.append(try nodeProto(id))
      for result in graph[id].results where !outputs.contains(result) && !graph[result].uses.isEmpty {
        if let type = graph[result].type, type.tensor?.shape != nil {
          infos.append(ValueInfoProto(name: self.name(of: result), type: type.proto()))
        }
      }
    }
    for output in outputs where graph[output].constant != nil { note(output) }
    return GraphProto(
      name: name.isEmpty ? "graph" : name, node: nodes, input: graph[region].inputs.map(info),
      output: graph[region].outputs.map { outputInfo($0.name, $0.value, region) }, valueInfo: infos)
  }

  private func info(_ value: ValueID) -> ValueInfoProto {
    ValueInfoProto(name: name(of: value), type: graph[value].type?.proto())
  }

  /// An output's declaration; where no rank is known the original's, for a file must say one.
  private func outputInfo(_ name: String, _ value: ValueID, _ region: RegionID) -> ValueInfoProto {
    if region == graph.main, let type = graph[value].type?.tensor, type.shape == nil,
      let given = declared[name], given.elementType == type.elementType
    {
      return ValueInfoProto(name: self.name(of: value), type: ValueType.tensor(given).proto())
    }
    return info(value)
  }

  private mutating func note(_ value: ValueID) {
    if graph[value].constant != nil && exported.insert(value).inserted { constants.append(value) }
  }

  private mutating func nodeProto(_ id: NodeID) throws(Diagnostic) -> NodeProto {
    let node = graph[id]
    guard node.op.domain != ResultHalf.domain else {
      throw Diagnostic(
        .error, .unsupported, "\(node.op) is an operator of Onramp's own, which no file can say", at: node.provenance)
    }
    domains.insert(node.op.domain)
    for case let operand? in node.operands { note(operand) }
    var attributes: [AttributeProto] = []
    for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
      attributes.append(try attributeProto(name, value))
    }
    return NodeProto(
      node.op.type, domain: node.op.domain, name: uniqueName(node.provenance.name),
      input: node.operands.map { $0.map(name(of:)) ?? "" }, output: outputs(of: node),
      attribute: attributes)
  }

  /// The names of a node's results; empty for those that nobody uses and the standard lets a node leave out.
  private func outputs(of node: Node) -> [String] {
    let schema = SchemaRegistry.current(node.op)
    var names = node.results.enumerated().map { index, value in
      graph[value].uses.isEmpty && schema?.output(at: index)?.option == .optional ? "" : name(of: value)
    }
    while names.count > 1 && names.last == "" { names.removeLast() }
    return names
  }

  private mutating func attributeProto(_ name: String, _ value: AttributeValue) throws(Diagnostic) -> AttributeProto {
    switch value {
    case .int(let x): return AttributeProto(name, i: x)
    case .float(let x): return AttributeProto(name, f: x)
    case .string(let x): return AttributeProto(name, s: x)
    case .ints(let x): return AttributeProto(name, ints: x)
    case .floats(let x): return AttributeProto(name, floats: x)
    case .strings(let x): return AttributeProto(name, strings: x)
    case .tensor(let x): return AttributeProto(name, t: TensorProto(name: nil, tensor: x))
    case .tensors(let x):
      return AttributeProto(name, tensors: x.map { TensorProto(name: nil, tensor: $0) })
    case .type(let x): return AttributeProto(name, tp: x.proto())
    case .types(let x): return AttributeProto(name, typeProtos: x.map { $0.proto() })
    case .region(let x): return AttributeProto(name, g: try graphProto(x, name: name))
    case .regions(let x):
      var graphs: [GraphProto] = []
      for region in x { graphs.append(try graphProto(region, name: name)) }
      return AttributeProto(name, graphs: graphs)
    }
  }
}
