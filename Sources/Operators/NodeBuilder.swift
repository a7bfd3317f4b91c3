import Graph
import KernelRuntime

/// Adds nodes before a place in a graph, their types inferred, all with the provenance of one node.
public struct NodeBuilder {
  public var graph: Graph
  let region: RegionID
  let before: NodeID?
  public let provenance: Provenance
  /// The operands of the node that is being rewritten.
  public let operands: [ValueID?]

  /// A builder that adds before a node and on its behalf.
  ///
  /// The builder takes the graph over; take it back when done, so that it is never copied.
  public init(_ graph: consuming Graph, before node: NodeID) {
    let record = graph[node]
    region = record.region
    before = node
    provenance = record.provenance
    operands = record.operands
    self.graph = graph
  }

  /// A builder that adds at the end of a region.
  public init(_ graph: consuming Graph, in region: RegionID, operands: [ValueID?], provenance: Provenance) {
    self.region = region
    before = nil
    self.provenance = provenance
    self.operands = operands
    self.graph = graph
  }

  /// Adds a node and infers its results' types.
  ///
  /// - Returns: the results.
  /// - Throws: when inference refuses it.
  public mutating func addNode(
    _ op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:], results: [String]
  ) throws(Diagnostic) -> [ValueID] {
    let node = graph.addNode(
      op, operands, attributes, results: results, provenance: provenance, in: region, before: before)
    try Inference.infer(node, in: &graph)
    return graph[node].results
  }

  /// Adds a node of ONNX's own operator set with one result, or its value where that can be computed ahead.
  public mutating func add(
    _ type: String, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:], name: String = ""
  ) throws(Diagnostic) -> ValueID {
    let node = graph.addNode(
      OperatorName(type), operands, attributes, results: [name], provenance: provenance, in: region, before: before)
    try Inference.infer(node, in: &graph)
    let result = graph[node].results[0]
    guard let tensor = Folding.results(of: node, in: graph)?.first else { return result }
    graph.remove(node)
    return graph.addConstant(tensor, name: name.isEmpty ? type : name)
  }

  /// Adds a constant.
  public mutating func constant(_ tensor: Tensor) -> ValueID { graph.addConstant(tensor) }

  /// Adds an integer constant of rank 1, or of rank 0.
  public mutating func constant(_ integers: [Int]) throws(Diagnostic) -> ValueID {
    graph.addConstant(
      try unwrap { () throws(KernelError) in
        try Tensor(integers.map { Int64($0) }, shape: [integers.count])
      })
  }
  public mutating func constant(scalar: Int) throws(Diagnostic) -> ValueID {
    graph.addConstant(try unwrap { () throws(KernelError) in try Tensor(scalar: Int64(scalar)) })
  }

  /// Adds a constant of rank 0 with a number in a given type.
  public mutating func constant(_ number: Double, _ type: ElementType) throws(Diagnostic) -> ValueID {
    let cast = try unwrap { () throws(KernelError) in try Evaluator.cast(Tensor(scalar: number), to: type) }
    return graph.addConstant(cast)
  }

  /// What a value's type is, as far as inferred.
  public func type(_ value: ValueID) -> ValueType? { graph[value].type }
}

/// The result of a kernel's work, a failure of which is said as a diagnostic.
func unwrap<T>(_ body: () throws(KernelError) -> T) throws(Diagnostic) -> T {
  do throws(KernelError) {
    return try body()
  } catch {
    throw Diagnostic(error)
  }
}

extension Diagnostic {
  /// A kernel's refusal as a diagnostic.
  public init(_ error: KernelError) {
    let code: Code =
      switch error.kind {
      case .unsupported: .unsupported
      case .memory: .limit
      case .invalid, .needsValue: .shape
      }
    self.init(.error, code, error.description)
  }
}

extension Graph {
  /// Adds nodes with a builder that works on this graph in place.
  public mutating func build<R>(
    before node: NodeID, _ body: (inout NodeBuilder) throws(Diagnostic) -> R
  ) throws(Diagnostic) -> R {
    var graph = Graph(name: "")
    swap(&graph, &self)
    var builder = NodeBuilder(graph, before: node)
    graph = Graph(name: "")
    defer { swap(&self, &builder.graph) }
    return try body(&builder)
  }
}
