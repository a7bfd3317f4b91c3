import Graph
import KernelRuntime
import Operators

/// Draws operators on the elements of floats, whose results nobody else sees, into the one that uses them: one pass over
/// memory in place of one for each. The results stay the same bit for bit.
enum FuseElementwise {
  /// - Complexity: linear in the number of nodes.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    // The last first, so that each takes all that is before it.
    for node in graph.allNodes().reversed() where graph.contains(node) {
      guard let tree = Tree(node, graph) else { continue }
      try tree.apply(to: &graph)
    }
  }

  /// A value as an argument of a step.
  private enum Value {
    case operand(Int)
    case constant(Int)
    case step(Int)
  }

  /// A node and those before it that it alone uses.
  private struct Tree {
    private let extents: [Int]
    private var operands: [ValueID] = []
    private var constants: [Float] = []
    private var steps: [(function: FusedElementwiseKernel.Function, arguments: [Value])] = []
    /// The nodes that go, in execution order.
    private var nodes: [NodeID] = []

    /// - Returns: nil when there is nothing to fuse.
    init?(_ node: NodeID, _ graph: Graph) {
      guard let call = Call(node, graph), let extents = graph.extents(call.result) else { return nil }
      self.extents = extents
      _ = add(node, call, reserved: 0, graph)
      // Without the constants, the shape may be another.
      guard steps.count > 1, !operands.isEmpty,
        (try? broadcastShape(operands.compactMap { graph.extents($0) })) == extents
      else { return nil }
    }

    /// Adds a node's step behind those of the values that it takes.
    ///
    /// - Parameter reserved: the operands that steps yet to come will need.
    private mutating func add(_ node: NodeID, _ call: Call, reserved: Int, _ graph: Graph) -> Value {
      nodes.append(node)
      let place = nodes.count
      var arguments: [Value] = []
      for (i, operand) in call.operands.enumerated() {
        let rest = call.operands.dropFirst(i + 1).filter { graph.number($0) == nil }.count
        arguments.append(value(operand, of: node, reserved: reserved + rest, graph))
      }
      // What was absorbed meanwhile runs before.
      nodes.append(nodes.remove(at: place - 1))
      if call.isSquare { arguments.append(arguments[0]) }
      steps.append((call.function, arguments))
      return .step(steps.count - 1)
    }

    private mutating func value(_ value: ValueID, of node: NodeID, reserved: Int, _ graph: Graph) -> Value {
      if let number = graph.number(value) {
        constants.append(Float(number))
        return .constant(constants.count - 1)
      }
      if let known = operands.firstIndex(of: value) { return .operand(known) }
      if nodes.count < FusedElementwiseKernel.maximalSteps, graph.extents(value) == extents,
        let producer = graph[value].producer, graph.onlyUser(value) == node, let call = Call(producer, graph)
      {
        let needed = call.operands.filter { graph.number($0) == nil }.count
        if operands.count + needed + reserved <= FusedElementwiseKernel.maximalOperands {
          return add(producer, call, reserved: reserved, graph)
        }
      }
      operands.append(value)
      return .operand(operands.count - 1)
    }

    /// Puts the fused node in the place of the last of its nodes.
    func apply(to graph: inout Graph) throws(Diagnostic) {
      let all = steps.map { step in
        FusedElementwiseKernel.Step(
          step.function,
          step.arguments.map {
            switch $0 {
            case .operand(let i): i
            case .constant(let i): operands.count + i
            case .step(let i): operands.count + constants.count + i
            }
          })
      }
      try graph.replace(
        nodes, by: OperatorName("FusedElementwise", domain: ResultHalf.domain), operands,
        FusedElementwiseKernel(constants: constants, steps: all).attributes)
    }
  }

  /// A node that can be a step.
  private struct Call {
    let function: FusedElementwiseKernel.Function
    /// The values that the step takes.
    let operands: [ValueID]
    let result: ValueID
    /// Whether the one operand is taken twice.
    let isSquare: Bool

    init?(_ node: NodeID, _ graph: Graph) {
      let record = graph[node]
      guard record.results.count == 1, (1...3).contains(record.operands.count), graph.isFloat(record.results[0]),
        record.operands.allSatisfy({ $0.map { graph.isFloat($0) && graph.extents($0) != nil } ?? true }),
        let x = record.operands[0], let definition = OperatorRegistry.definition(record.op),
        let call = Inference.call(node, in: graph), let kernel = try? definition.kernel(call)
      else { return nil }
      result = record.results[0]
      let all = record.operands.compactMap { $0 }
      if kernel is ClipKernel {
        var limits: [Float] = [-.infinity, .infinity]
        for i in 1..<3 where call.has(i) {
          guard let limit = record.operands[i].flatMap({ graph.number($0) }) else { return nil }
          limits[i - 1] = Float(limit)
        }
        (function, operands, isSquare) = (.clip(low: limits[0], high: limits[1]), [x], false)
      } else if let power = kernel as? BinaryKernel, power.function == .pow {
        guard all.count == 2, graph.number(all[1]) == 2, (graph.extents(all[1]) ?? []).isEmpty else { return nil }
        (function, operands, isSquare) = (.binary(.mul), [x], true)
      } else if let function = FusedElementwiseKernel.Function(kernel) {
        guard all.count == record.operands.count else { return nil }
        (self.function, operands, isSquare) = (function, all, false)
      } else {
        return nil
      }
    }
  }
}
