extension Graph {
  /// The graph as plain data for scripts.
  public var report: GraphReport { GraphReport(self, main) }
}

/// A graph's regions, nodes and values as plain data.
public struct GraphReport: Encodable, Sendable {
  public struct ValueReport: Encodable, Sendable {
    public let name: String
    public let type: String?
  }

  public struct OutputReport: Encodable, Sendable {
    public let name: String
    public let value: String
  }

  public struct NodeReport: Encodable, Sendable {
    public let op: String
    /// The operands' names; nil for absent ones.
    public let operands: [String?]
    public let results: [ValueReport]
    public let attributes: [String: String]
    public let regions: [String: [GraphReport]]
    public let origin: String
  }

  public let inputs: [ValueReport]
  public let nodes: [NodeReport]
  public let outputs: [OutputReport]
  /// The constants that the region's own nodes use or that are its outputs.
  public let constants: [ValueReport]

  init(_ graph: Graph, _ region: RegionID) {
    func value(_ id: ValueID) -> ValueReport {
      ValueReport(name: graph[id].name, type: graph[id].type?.description)
    }
    var constants: [ValueID] = []
    var seen: Set<ValueID> = []
    inputs = graph[region].inputs.map(value)
    nodes = graph.nodes(in: region).map { id in
      let node = graph[id]
      for case let operand? in node.operands where graph[operand].constant != nil && seen.insert(operand).inserted {
        constants.append(operand)
      }
      let plain = node.attributes.filter { !$0.value.isRegion }
      let nested = node.attributes.filter(\.value.isRegion)
      return NodeReport(
        op: node.op.description, operands: node.operands.map { $0.map { graph[$0].name } },
        results: node.results.map(value), attributes: plain.mapValues(\.description),
        regions: nested.mapValues { $0.regions.map { GraphReport(graph, $0) } }, origin: node.provenance.description)
    }
    outputs = graph[region].outputs.map { OutputReport(name: $0.name, value: graph[$0.value].name) }
    for output in graph[region].outputs where graph[output.value].constant != nil && seen.insert(output.value).inserted
    {
      constants.append(output.value)
    }
    self.constants = constants.map(value)
  }
}
