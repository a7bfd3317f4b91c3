import Graph
import KernelRuntime
import Operators

/// Finds activations that a model spells out in arithmetic: GELU in both of its forms, x · sigmoid(x), and
/// x · clip(x + 3, 0, 6) / 6 with and without the first factor.
enum RecognizeActivations {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) && graph[node].results.count == 1 {
      let result = graph[node].results[0]
      guard graph.isFloat(result), let operand = graph[node].operands.first ?? nil else { continue }
      switch graph[node].op {
      case OperatorName("Sigmoid"):
        guard let product = graph.onlyResult(result, of: "Mul"),
          graph.partner(product, "Mul", of: result) == operand
        else { continue }
        try replace(product, by: "Swish", ["alpha": .float(1)], of: operand, &graph)
      case OperatorName("Clip"):
        guard graph[node].operands.count == 3, let low = graph[node].operands[1], let high = graph[node].operands[2],
          graph.number(low) == 0, graph.number(high) == 6, let x = graph.partner(operand, "Add", of: 3)
        else { continue }
        try replaceHardSigmoid(of: x, from: result, &graph)
      case OperatorName("HardSigmoid"):
        guard let call = Inference.call(node, in: graph), abs(try call.float("alpha") - 1 / 6) < 1e-6,
          try call.float("beta") == 0.5, let product = graph.onlyResult(result, of: "Mul"),
          graph.partner(product, "Mul", of: result) == operand
        else { continue }
        try replace(product, by: "HardSwish", [:], of: operand, &graph)
      case OperatorName("Erf"):
        // x / √2, or x · √½.
        let x: ValueID
        if let quotient = graph.operands(operand, of: "Div"), let divisor = graph.number(quotient[1]),
          abs(divisor - 2.0.squareRoot()) < 1e-3
        {
          x = quotient[0]
        } else if let factor = graph.partner(operand, "Mul", of: 0.5.squareRoot()) {
          x = factor
        } else {
          continue
        }
        try replaceGelu(of: x, from: result, "none", &graph)
      case OperatorName("Tanh"):
        guard let sum = graph.partner(operand, "Mul", of: (2 / Double.pi).squareRoot()) else { continue }
        for (x, term) in graph.bothOrders(sum, of: "Add") {
          guard let cube = graph.partner(term, "Mul", of: 0.044715), isCube(cube, of: x, graph) else { continue }
          try replaceGelu(of: x, from: result, "tanh", &graph)
          break
        }
      default: continue
      }
    }
  }

  /// Replaces what a sixth of clip(x + 3, 0, 6) is, and its product with x, multiplied in either order.
  private static func replaceHardSigmoid(
    of x: ValueID, from clipped: ValueID, _ graph: inout Graph
  ) throws(Diagnostic) {
    if let product = graph.onlyResult(clipped, of: "Mul"), graph.partner(product, "Mul", of: clipped) == x {
      if let end = sixth(of: product, graph) { try replace(end, by: "HardSwish", [:], of: x, &graph) }
    } else if let sixth = sixth(of: clipped, graph) {
      if let product = graph.onlyResult(sixth, of: "Mul"), graph.partner(product, "Mul", of: sixth) == x {
        try replace(product, by: "HardSwish", [:], of: x, &graph)
      } else {
        try replace(sixth, by: "HardSigmoid", ["alpha": .float(1 / 6), "beta": .float(0.5)], of: x, &graph)
      }
    }
  }

  /// What the only user of a value makes of it, when that is a sixth.
  private static func sixth(of value: ValueID, _ graph: Graph) -> ValueID? {
    if let quotient = graph.onlyResult(value, of: "Div") {
      guard let operands = graph.operands(quotient, of: "Div"), operands[0] == value, graph.number(operands[1]) == 6
      else { return nil }
      return quotient
    }
    guard let product = graph.onlyResult(value, of: "Mul"), graph.partner(product, "Mul", of: 1.0 / 6) == value else {
      return nil
    }
    return product
  }

  private static func isCube(_ value: ValueID, of x: ValueID, _ graph: Graph) -> Bool {
    if let power = graph.operands(value, of: "Pow") { return power[0] == x && graph.number(power[1]) == 3 }
    guard let square = graph.partner(value, "Mul", of: x), let factors = graph.operands(square, of: "Mul") else {
      return false
    }
    return factors == [x, x]
  }

  /// Replaces x/2 · (1 + inner), in either order of the two products.
  private static func replaceGelu(
    of x: ValueID, from inner: ValueID, _ approximate: String, _ graph: inout Graph
  ) throws(Diagnostic) {
    guard let sum = graph.onlyResult(inner, of: "Add"), graph.partner(sum, "Add", of: 1) == inner,
      let product = graph.onlyResult(sum, of: "Mul"), let other = graph.partner(product, "Mul", of: sum)
    else { return }
    let end: ValueID
    if graph.partner(other, "Mul", of: 0.5) == x {
      end = product
    } else if other == x, let half = graph.onlyResult(product, of: "Mul"),
      graph.partner(half, "Mul", of: 0.5) == product
    {
      end = half
    } else {
      return
    }
    try replace(end, by: "Gelu", ["approximate": .string(approximate)], of: x, &graph)
  }

  private static func replace(
    _ value: ValueID, by op: String, _ attributes: [String: AttributeValue], of x: ValueID, _ graph: inout Graph
  ) throws(Diagnostic) {
    guard let node = graph[value].producer else { return }
    try graph.replace([node], by: OperatorName(op), [x], attributes)
  }
}
