import Graph
import KernelRuntime
import Operators

/// Draws what follows a convolution, matrix product or normalization, and nobody else sees, into one operator with it:
/// a bias, a residual, limits, an activation. The result is then written once, while it is in the cache.
enum FuseEpilogues {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) {
      guard let fusion = Fusion(node, graph) else { continue }
      try fusion.apply(to: &graph)
    }
  }

  /// What a node does to each element of its first operand, where the operators that this pass makes can do it in the end.
  enum Activation {
    case limits(Float?, Float?)
    case function(UnaryFunction, [Float])

    /// - Returns: nil for a node that does something else, or by numbers that only the run knows.
    init?(_ node: NodeID, _ graph: Graph) {
      guard graph[node].op.domain.isEmpty, let call = Inference.call(node, in: graph) else { return nil }
      func float(_ name: String) -> Float { (try? call.float(name)) ?? 0 }
      switch graph[node].op.type {
      case "Relu": self = .limits(0, nil)
      case "Clip":
        var limits: [Float?] = [nil, nil]
        for i in 1...2 where call.has(i) {
          guard let operand = graph[node].operands[i], let number = graph.number(operand) else { return nil }
          limits[i - 1] = Float(number)
        }
        if let low = limits[0], let high = limits[1], low > high { return nil }
        self = .limits(limits[0], limits[1])
      case "Sigmoid": self = .function(.sigmoid, [])
      case "Tanh": self = .function(.tanh, [])
      case "HardSwish": self = .function(.hardSwish, [])
      case "HardSigmoid": self = .function(.hardSigmoid, [float("alpha"), float("beta")])
      case "LeakyRelu": self = .function(.leakyRelu, [float("alpha")])
      case "Swish": self = .function(.swish, [float("alpha")])
      case "Gelu": self = .function((try? call.string("approximate")) == "tanh" ? .geluTanh : .gelu, [])
      default: return nil
      }
    }
  }

  /// What one node and those behind it become.
  private struct Fusion {
    private var op: OperatorName
    private var operands: [ValueID?]
    private var attributes: [String: AttributeValue]
    /// The nodes that go, in execution order.
    private var nodes: [NodeID]
    private let takesResidual: Bool
    private let takesActivation: Bool

    /// - Returns: nil when there is nothing to fuse.
    init?(_ node: NodeID, _ graph: Graph) {
      let record = graph[node]
      guard record.results.count == 1, graph.isFloat(record.results[0]), record.op.domain.isEmpty,
        let call = Inference.call(node, in: graph)
      else { return nil }
      nodes = [node]
      operands = record.operands
      attributes = record.attributes
      switch record.op.type {
      case "Conv":
        // Each output of a depthwise convolution is too little work for the kernel that adds residuals.
        takesResidual = ((try? call.shape(1)) ?? nil)?[1].value.map { $0 > 1 } ?? false
        takesActivation = true
      case "MatMul":
        takesResidual = true
        takesActivation = true
      case "Gemm", "ConvTranspose":
        takesResidual = false
        takesActivation = true
      case "BatchNormalization":
        guard (try? call.flag("training_mode")) == false, record.operands.allSatisfy({ $0.map(graph.isFloat) ?? false })
        else { return nil }
        takesResidual = false
        takesActivation = false
        attributes = attributes.filter { $0.key == "epsilon" }
      default: return nil
      }
      op = OperatorName("Fused\(record.op.type)", domain: ResultHalf.domain)
      var value = record.results[0]
      while attributes["activation"] == nil, let user = graph.onlyUser(value), graph[user].results.count == 1,
        absorb(user, value, graph)
      {
        nodes.append(user)
        value = graph[user].results[0]
      }
      if nodes.count == 1 { return nil }
    }

    private var isLimited: Bool { attributes["low"] != nil || attributes["high"] != nil }

    /// Takes the work of a node over, where that fits behind what is there already.
    private mutating func absorb(_ user: NodeID, _ value: ValueID, _ graph: Graph) -> Bool {
      if graph[user].op == OperatorName("Add") {
        guard !isLimited, let other = graph.partner(graph[user].results[0], "Add", of: value), other != value else {
          return false
        }
        return addBias(other, value, graph) || addResidual(other, value, graph)
      }
      switch Activation(user, graph) {
      case .limits(let low, let high): return limit(low, high)
      case .function(let function, let parameters): return activate(function, parameters)
      case nil: return false
      }
    }

    private mutating func limit(_ low: Float?, _ high: Float?) -> Bool {
      guard !isLimited else { return false }
      if let low { attributes["low"] = .float(low) }
      if let high { attributes["high"] = .float(high) }
      return true
    }

    private mutating func activate(_ function: UnaryFunction, _ parameters: [Float]) -> Bool {
      guard takesActivation else { return false }
      attributes["activation"] = .string(function.rawValue)
      if !parameters.isEmpty { attributes["activation_parameters"] = .floats(parameters) }
      return true
    }

    /// A constant of one number for each column of a matrix product.
    private mutating func addBias(_ other: ValueID, _ value: ValueID, _ graph: Graph) -> Bool {
      guard op.type == "FusedMatMul", operands.count == 2, graph[other].constant != nil,
        let shape = graph.extents(value), shape.count > 1, graph.extents(other) == [shape[shape.count - 1]]
      else { return false }
      operands.append(other)
      return true
    }

    private mutating func addResidual(_ other: ValueID, _ value: ValueID, _ graph: Graph) -> Bool {
      guard takesResidual, operands.count < 4, let shape = graph.extents(value), graph.extents(other) == shape else {
        return false
      }
      while operands.count < 3 { operands.append(nil) }
      operands.append(other)
      return true
    }

    /// Puts the fused node in the place of the last of its nodes, where all its operands are there.
    func apply(to graph: inout Graph) throws(Diagnostic) {
      try graph.replace(nodes, by: op, operands, attributes, origin: nodes[0])
    }
  }
}
