import Graph
import KernelRuntime
import Operators

/// Turns regions into programs: chooses kernels, and joins the halves of one call into one kernel call.
struct Lowering {
  private let graph: Graph
  /// The nodes whose rounding decides where values go.
  private let deciding: Set<NodeID>
  private var program = Program()
  private var slots: [ValueID: Program.Slot] = [:]

  /// Lowers the main graph.
  static func program(of region: RegionID, in graph: Graph, inputs: [TensorSpec?]) throws(Diagnostic) -> Program {
    var lowering = Lowering(graph: graph, deciding: DecidingNodes.find(in: graph))
    for (input, spec) in zip(graph[region].inputs, inputs) { lowering.slots[input] = lowering.program.input(spec) }
    return try lowering.lower(region)
  }

  /// Lowers a nested graph. Its captures become inputs behind its own.
  private func body(
    _ attribute: String, _ region: RegionID
  ) throws(Diagnostic) -> (body: Body, captures: [ValueID]) {
    var lowering = Lowering(graph: graph, deciding: deciding)
    let captures = graph.captures(of: region)
    for value in graph[region].inputs + captures {
      lowering.slots[value] = lowering.program.input(graph[value].type?.tensor?.spec)
    }
    let program = try lowering.lower(region)
    return (Body(attribute: attribute, program: program, captureCount: captures.count), captures)
  }

  private init(graph: Graph, deciding: Set<NodeID>) {
    self.graph = graph
    self.deciding = deciding
  }

  private mutating func lower(_ region: RegionID) throws(Diagnostic) -> Program {
    let nodes = graph.nodes(in: region)
    let calls = KernelCall.group(nodes, in: graph)
    for call in calls {
      do throws(Diagnostic) {
        try emit(call)
      } catch {
        throw error.located(graph[call.node].provenance)
      }
    }
    var outputs: [Program.Slot] = []
    for output in graph[region].outputs { outputs.append(try slot(output.value)) }
    program.setOutputs(outputs)
    return program
  }

  private mutating func emit(_ call: KernelCall) throws(Diagnostic) {
    let node = graph[call.node]
    guard let entry = OperatorRegistry.entry(node.op), let view = Inference.call(call.node, in: graph) else {
      throw .unsupported("\(node.op) has no kernel, or the type of one of its inputs is not known")
    }
    var operands: [Program.Slot?] = []
    for operand in node.operands {
      if let operand { operands.append(try slot(operand)) } else { operands.append(nil) }
    }
    let kernel: any Kernel
    if let definition = entry.definition as? any RegionOperator.Type {
      var bodies: [Body] = []
      for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
        for region in attribute.regions {
          let (body, captures) = try body(name, region)
          bodies.append(body)
          for capture in captures { operands.append(try slot(capture)) }
        }
      }
      kernel = try definition.kernel(view, bodies: bodies)
    } else {
      kernel = try entry.definition.kernel(view)
    }
    let results = program.call(
      kernel, operands, wanted: call.results.map { $0 != nil }, label: node.provenance.description,
      isDeciding: deciding.contains(call.node))
    for (value, slot) in zip(call.results, results) {
      if let value, let slot { slots[value] = slot }
    }
  }

  private mutating func slot(_ value: ValueID) throws(Diagnostic) -> Program.Slot {
    if let slot = slots[value] { return slot }
    guard let constant = graph[value].constant else {
      throw .unsupported("\"\(graph[value].name)\" is used before it is made")
    }
    let slot = program.constant(constant)
    slots[value] = slot
    return slot
  }
}

/// One kernel call: a node, or the halves of one operator call that are alive.
private struct KernelCall {
  /// The first of its nodes.
  var node: NodeID
  /// The value of each of the kernel's results; nil for those that nobody uses.
  var results: [ValueID?]

  private struct Key: Hashable {
    var op: OperatorName
    var operands: [ValueID?]
    var attributes: [String: AttributeValue]
  }

  /// The calls that a list of nodes in execution order comes to, in order.
  static func group(_ nodes: [NodeID], in graph: Graph) -> [KernelCall] {
    var calls: [KernelCall] = []
    var open: [Key: Int] = [:]
    for id in nodes {
      let node = graph[id]
      guard node.results.count == 1, let half = OperatorRegistry.half(node.op),
        let index = try? half.resultIndex(node.attributes)
      else {
        calls.append(KernelCall(node: id, results: node.results.map { graph[$0].uses.isEmpty ? nil : $0 }))
        continue
      }
      var attributes = node.attributes
      attributes[ResultHalf.indexAttribute] = nil
      let key = Key(op: half.base, operands: node.operands, attributes: attributes)
      let i = open[key] ?? calls.count
      if i == calls.count {
        calls.append(KernelCall(node: id, results: []))
        open[key] = i
      }
      while calls[i].results.count <= index { calls[i].results.append(nil) }
      guard calls[i].results[index] == nil else {
        // The same half twice: equal nodes that nobody merged. Each gets a call of its own.
        calls.append(KernelCall(node: id, results: Array(repeating: nil, count: index) + [node.results[0]]))
        continue
      }
      calls[i].results[index] = node.results[0]
    }
    return calls
  }
}
