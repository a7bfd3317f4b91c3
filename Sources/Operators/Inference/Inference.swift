import Graph
import KernelRuntime

/// Finds the types of nodes' results, and their elements where shapes may depend on them.
public enum Inference {
  /// The greatest extent along one axis. Code that adds a few of them need not fear to overflow.
  public static let maximalExtent = 1 << 48

  /// Infers the results of all nodes of a region, in order, nested ones included.
  public static func run(_ graph: inout Graph, region: RegionID? = nil) throws(Diagnostic) {
    for node in graph.nodes(in: region ?? graph.main) { try infer(node, in: &graph) }
  }

  /// Infers the results of one node from its operands.
  ///
  /// - Throws: when the node is not valid; the diagnostic quotes the node's provenance.
  public static func infer(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) {
    do throws(Diagnostic) {
      guard let entry = OperatorRegistry.entry(graph[node].op) else { return }
      guard let call = try prepareCall(node, entry, in: &graph) else { return }
      var types = try entry.definition.infer(call)
      if let half = entry.half { types = try half.pick(types, call) }
      types = graph.resolvingLocals(in: types)
      let results = graph[node].results
      guard types.count >= results.count else {
        throw Diagnostic(.error, .arity, "\(call.op) has \(types.count) results at most, not \(results.count)")
      }
      if let extent = types.lazy.flatMap(\.extents).compactMap(\.value).first(where: { $0 < 0 || $0 > maximalExtent }) {
        throw .shape("\(call.op) gives a result with an extent of \(extent)")
      }
      for (i, result) in results.enumerated() { graph[result].type = types[i] }
      if entry.definition.isPure { propagate(entry, call, node, in: &graph) }
    } catch {
      throw error.located(graph[node].provenance)
    }
  }

  /// The node as its definition sees it, or nil when an operand's type is not known.
  public static func call(_ node: NodeID, in graph: Graph) -> OperatorCall? {
    let record = graph[node]
    var operands: [OperatorCall.Operand?] = []
    for id in record.operands {
      guard let id else {
        operands.append(nil)
        continue
      }
      let value = graph[id]
      guard let type = value.type else { return nil }
      operands.append(OperatorCall.Operand(type: type, elements: value.elements, constant: value.constant))
    }
    let base = OperatorRegistry.entry(record.op)?.half?.base ?? record.op
    let count: Int =
      if case .int(let n)? = record.attributes[ResultHalf.countAttribute] { n } else { record.results.count }
    var call = OperatorCall(op: base, attributes: record.attributes, operands: operands, resultCount: count)
    for (name, attribute) in record.attributes {
      guard case .region(let region) = attribute else { continue }
      let types = graph[region].outputs.compactMap { graph[$0.value].type }
      if types.count == graph[region].outputs.count { call.regionOutputs[name] = types }
    }
    return call
  }

  /// As `call(_:in:)`, with the types of nested graphs brought up to date first.
  private static func prepareCall(
    _ node: NodeID, _ entry: OperatorEntry, in graph: inout Graph
  ) throws(Diagnostic) -> OperatorCall? {
    guard let definition = entry.definition as? any RegionOperator.Type else { return call(node, in: graph) }
    guard let first = call(node, in: graph) else { return nil }
    for (name, attribute) in graph[node].attributes.sorted(by: { $0.key < $1.key }) {
      guard case .region(let region) = attribute else { continue }
      let inputs = graph[region].inputs
      let types = try definition.regionInputs(name, count: inputs.count, first)
      for (input, type) in zip(inputs, graph.resolvingLocals(in: types)) where type != nil {
        graph[input].type = type
      }
      if definition.isConditional { runTolerantly(&graph, region) } else { try run(&graph, region: region) }
      try settle(region, definition, name, first, in: &graph)
    }
    return call(node, in: graph)
  }

  /// Infers a region that may never run. What contradicts the shapes at hand there is no error unless it does run: such
  /// a node keeps what was known of it.
  private static func runTolerantly(_ graph: inout Graph, _ region: RegionID) {
    for node in graph.nodes(in: region) { try? infer(node, in: &graph) }
  }

  /// Widens the types of values carried around a loop until one more round changes nothing.
  private static func settle(
    _ region: RegionID, _ definition: any RegionOperator.Type, _ name: String, _ call: OperatorCall,
    in graph: inout Graph
  ) throws(Diagnostic) {
    guard let carrier = definition as? any LoopOperator.Type else { return }
    // The symbols that stand for extents which differ from round to round.
    var covering: Set<String> = []
    // Each round forgets at least one extent or rank, so rounds are bounded by the number of extents.
    for _ in 0..<Limits.rank {
      var changed = false
      for (output, input) in carrier.carried(call) {
        guard output < graph[region].outputs.count, input < graph[region].inputs.count else { continue }
        let (source, target) = (graph[region].outputs[output].value, graph[region].inputs[input])
        guard let given = graph[source].type, let assumed = graph[target].type,
          let wider = assumed.widened(to: given, covering: covering)
        else { continue }
        let type = graph.resolvingLocals(in: [wider])[0]
        covering.formUnion(type.extents.flatMap(\.symbols).filter { !assumed.extents.flatMap(\.symbols).contains($0) })
        graph[target].type = type
        changed = true
      }
      if !changed { return }
      try run(&graph, region: region)
    }
  }
}

/// A region operator that feeds a body's outputs back to its inputs.
public protocol LoopOperator: RegionOperator {
  /// The pairs of body output and body input that carry a value from one round to the next.
  static func carried(_ call: OperatorCall) -> [(output: Int, input: Int)]
}

extension Graph {
  fileprivate mutating func resolvingLocals(in types: [ValueType?]) -> [ValueType?] {
    var resolved = resolvingLocals(in: types.compactMap { $0 })[...]
    return types.map { $0 == nil ? nil : resolved.removeFirst() }
  }
}

extension ValueType {
  /// The narrowest type that covers both, or nil when that is the type itself.
  ///
  /// - Parameter covering: symbols that cover every extent.
  func widened(to other: ValueType, covering: Set<String> = []) -> ValueType? {
    switch (self, other) {
    case (.tensor(let a), .tensor(let b)):
      guard a.elementType == b.elementType, let shape = a.shape else { return nil }
      guard let given = b.shape, given.count == shape.count else { return .tensor(TensorType(a.elementType, nil)) }
      if shape == given { return nil }
      let wider = shape.indices.map { i in
        shape[i] == given[i] || shape[i].symbol.map(covering.contains) == true ? shape[i] : .local("w\(i)")
      }
      return wider == shape ? nil : .tensor(TensorType(a.elementType, wider))
    case (.sequence(let a), .sequence(let b)): return a.widened(to: b, covering: covering).map { .sequence($0) }
    case (.optional(let a), .optional(let b)): return a.widened(to: b, covering: covering).map { .optional($0) }
    default: return nil
    }
  }
}

extension ResultHalf {
  /// The type of this result among those of all results.
  func pick(_ types: [ValueType], _ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let i = try resultIndex(call.attributes)
    guard i < types.count else { throw .shape("\(call.op) has no result \(i)") }
    return [types[i]]
  }

  /// The position of this half's result among the operator's.
  public func resultIndex(_ attributes: [String: AttributeValue]) throws(Diagnostic) -> Int {
    guard isVariadic else { return index }
    guard case .int(let i)? = attributes[Self.indexAttribute], i >= 0 else {
      throw .attribute("\(name) lacks its attribute \"\(Self.indexAttribute)\"")
    }
    return i
  }
}
