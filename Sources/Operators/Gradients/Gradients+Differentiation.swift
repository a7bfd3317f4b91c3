import Graph
import KernelRuntime

/// Reverse-mode differentiation of the part of a graph between some values and one that is computed from them.
struct Differentiation {
  /// A value at which the part is cut off.
  struct Variable {
    /// The value in the graph.
    var named: ValueID
    /// The value to take instead; mostly the same.
    var given: ValueID
    var isDifferentiated: Bool
  }

  /// How many nodes may lie between the variables and the value.
  private static let maximalNodes = 100_000
  /// How deep operators without a rule may be expanded into others without one.
  private static let maximalDepth = 16

  /// What stands for values of the graph in the part: given values, and what is computed from them anew.
  private var standIns: [ValueID: ValueID] = [:]
  /// The named values that stand for themselves.
  private var stops: Set<ValueID> = []
  /// The values that a differentiated variable has influence on.
  private var active: Set<ValueID> = []
  /// The nodes that they pass, in the order of their execution.
  private var tape: [NodeID] = []

  /// The gradient of a value, summed over its elements, with respect to each variable that is differentiated.
  ///
  /// Complexity: O(n) for n nodes before the value.
  static func gradients(
    of value: ValueID, _ variables: [Variable], _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    var part = Differentiation()
    var xs: [ValueID] = []
    for variable in variables {
      var x = variable.named
      if variable.given == variable.named {
        part.stops.insert(x)
      } else {
        // A node of its own, so that two variables that are given one value have two gradients.
        x = try builder.addNode(OperatorName("Identity"), [variable.given], results: [""])[0]
        part.standIns[variable.named] = x
      }
      if variable.isDifferentiated {
        guard builder.elementType(x)?.isFloatingPoint == true else {
          throw .type("Gradient is asked for with respect to \"\(builder.graph[x].name)\", which is no float tensor")
        }
        part.active.insert(x)
        xs.append(x)
      }
    }
    try part.record(value, since: nil, depth: 0, &builder)
    return try part.sweep(from: part.standIns[value] ?? value, to: xs, &builder)
  }

  // MARK: Forward

  /// Puts the nodes that a value is computed by on the tape, each behind those whose results it takes.
  ///
  /// - Parameter first: nodes older than this one have been seen.
  private mutating func record(
    _ value: ValueID, since first: NodeID?, depth: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) {
    var seen: Set<NodeID> = []
    var stack: [(node: NodeID, isReady: Bool)] = []
    func push(_ value: ValueID, _ graph: borrowing Graph, _ part: borrowing Differentiation) {
      guard part.standIns[value] == nil, !part.stops.contains(value), let node = graph[value].producer,
        first.map({ node >= $0 }) ?? true, !seen.contains(node)
      else { return }
      stack.append((node, false))
    }
    push(value, builder.graph, self)
    while let (node, isReady) = stack.popLast() {
      if isReady {
        try record(node, depth: depth, &builder)
      } else if seen.insert(node).inserted {
        stack.append((node, true))
        for operand in builder.graph.inputs(of: node) { push(operand, builder.graph, self) }
      }
    }
  }

  /// Puts a node on the tape if it matters, computing it anew if its operands have stand-ins.
  private mutating func record(_ node: NodeID, depth: Int, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let record = builder.graph[node]
    let inputs = builder.graph.inputs(of: node)
    let isActive = inputs.contains { active.contains(standIns[$0] ?? $0) }
    let isMoved = inputs.contains { standIns[$0] != nil }
    guard isActive || isMoved else { return }
    guard record.regions.isEmpty else { throw refusal(record) }
    let operands = record.operands.map { operand in operand.map { standIns[$0] ?? $0 } }
    // Integers and truth values do not change by the little that derivatives look at.
    func carries(_ value: ValueID, _ graph: borrowing Graph) -> Bool {
      graph[value].type?.tensor.map { $0.elementType.isFloatingPoint } ?? true
    }
    let matters = isActive && record.results.contains { carries($0, builder.graph) }

    if matters && GradientRegistry.rule(for: record.op) == nil {
      guard depth < Self.maximalDepth, let call = Inference.call(node, in: builder.graph),
        let definition = OperatorRegistry.definition(record.op)
      else { throw refusal(record) }
      let next = builder.graph.nextNode
      guard
        let values = try builder.on(
          operands,
          { (builder) throws(Diagnostic) in
            try definition.expand(call, &builder)
          })
      else { throw refusal(record) }
      for (result, value) in zip(record.results, values) {
        try self.record(value, since: next, depth: depth + 1, &builder)
        standIns[result] = standIns[value] ?? value
      }
      return
    }
    var actual = node
    if isMoved {
      let results = try builder.addNode(
        record.op, operands, record.attributes, results: record.results.map { builder.graph[$0].name })
      for (old, new) in zip(record.results, results) { standIns[old] = new }
      guard let producer = results.first.flatMap({ builder.graph[$0].producer }) else { return }
      actual = producer
    }
    guard matters else { return }
    guard tape.count < Self.maximalNodes else {
      throw Diagnostic(.error, .limit, "Gradient has more than \(Self.maximalNodes) nodes to differentiate")
    }
    tape.append(actual)
    active.formUnion(builder.graph[actual].results.filter { carries($0, builder.graph) })
  }

  private func refusal(_ node: Node) -> Diagnostic {
    var diagnostic = Diagnostic.unsupported(
      "Gradient leads through \(node.provenance), an operator that Onramp cannot differentiate")
    let known = allGradients.flatMap { $0.operators }.sorted().joined(separator: ", ")
    diagnostic.help = "it can differentiate \(known), and what expands to these"
    return diagnostic
  }

  // MARK: Backward

  private func sweep(
    from y: ValueID, to xs: [ValueID], _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    var gradients = [y: try builder.filled(1, like: y)]
    for node in tape.reversed() {
      let record = builder.graph[node]
      let given = record.results.map { gradients[$0] }
      guard given.contains(where: { $0 != nil }) else { continue }
      guard let rule = GradientRegistry.rule(for: record.op), let call = Inference.call(node, in: builder.graph),
        let first = record.operands.first, let type = first.flatMap({ builder.elementType($0) }),
        rule.takesAllResults || given.dropFirst().allSatisfy({ $0 == nil })
      else { throw refusal(record) }
      let site = GradientSite(
        call: call, operands: record.operands, results: record.results, gradients: given, type: type)
      for (i, operand) in record.operands.enumerated() {
        guard let operand, active.contains(operand), var gradient = try rule.pull(to: i, of: site, &builder),
          let type = builder.elementType(operand)
        else { continue }
        gradient = try builder.cast(builder.summed(gradient, like: operand), to: type)
        gradients[operand] = try builder.sum(gradient, gradients[operand])
      }
    }
    var found: [ValueID] = []
    for x in xs {
      if let gradient = gradients[x] { found.append(gradient) } else { found.append(try builder.filled(0, like: x)) }
    }
    return found
  }
}

extension Graph {
  /// The operands of a node and what its bodies use from outside.
  fileprivate func inputs(of node: NodeID) -> [ValueID] {
    self[node].operands.compactMap { $0 } + self[node].regions.flatMap { captures(of: $0) }
  }
}

extension NodeBuilder {
  /// Runs a builder at the same place on behalf of other operands.
  fileprivate mutating func on<R>(
    _ operands: [ValueID?], _ body: (inout NodeBuilder) throws(Diagnostic) -> R
  ) throws(Diagnostic) -> R {
    var empty = Graph(name: "")
    swap(&empty, &graph)
    var inner = NodeBuilder(empty, in: region, operands: operands, provenance: provenance)
    defer { swap(&graph, &inner.graph) }
    return try body(&inner)
  }

  /// A number in the shape and type of a value.
  fileprivate mutating func filled(_ number: Double, like value: ValueID) throws(Diagnostic) -> ValueID {
    guard let type = elementType(value) else { throw .type("Gradient meets a value that is no tensor") }
    return try add("Expand", [constant(number, type), add("Shape", [value])])
  }

  /// The sum of a gradient over the axes along which a value was broadcast.
  fileprivate mutating func summed(_ gradient: ValueID, like value: ValueID) throws(Diagnostic) -> ValueID {
    let (from, to) = (type(gradient)?.tensor?.shape, type(value)?.tensor?.shape)
    if let from, let to, from == to { return gradient }
    let shape = try add("Shape", [value])
    let axes: ValueID
    if let from, let to, from.count >= to.count, to.allSatisfy({ $0.value != nil }) {
      let added = from.count - to.count
      axes = try constant(
        from.indices.filter { $0 < added || (to[$0 - added].value == 1 && from[$0].value != 1) })
    } else {
      // Both shapes at the gradient's rank, compared by the run.
      let whole = try add("Shape", [gradient])
      let missing = try add("Sub", [add("Shape", [whole]), add("Shape", [shape])])
      let padded = try add(
        "Concat", [add("Expand", [constant([1]), missing]), shape], ["axis": .int(0)])
      let differs = try add("Not", [add("Equal", [padded, whole])])
      axes = try add("Squeeze", [add("NonZero", [differs]), constant([0])])
    }
    let sum = try add("ReduceSum", [gradient, axes], ["keepdims": .int(1), "noop_with_empty_axes": .int(1)])
    return try add("Reshape", [sum, shape], ["allowzero": .int(1)])
  }
}
