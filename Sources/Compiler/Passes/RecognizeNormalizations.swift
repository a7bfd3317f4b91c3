import Graph
import KernelRuntime
import Operators

/// Finds normalizations that a model spells out in means, squares and roots: layer normalization and the one by the root
/// of the mean square, scaled and shifted or not.
enum RecognizeNormalizations {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph.contains(node) && graph[node].results.count == 1 {
      try Normalization(node, graph)?.apply(to: &graph)
    }
  }

  /// The mean of a tensor's squares over its last dimensions, and a small number more.
  private struct MeanSquare {
    /// What is squared.
    let base: ValueID
    /// The first of the dimensions.
    let axis: Int
    let epsilon: Double

    init?(_ value: ValueID, _ graph: Graph) {
      for (number, mean) in graph.bothOrders(value, of: "Add") {
        guard let epsilon = graph.number(number), let (squares, axis) = graph.mean(mean),
          let base = graph.square(squares)
        else { continue }
        (self.base, self.axis, self.epsilon) = (base, axis, epsilon)
        return
      }
      return nil
    }

    /// Finds what a value is the inverse root of.
    static func inverseRoot(_ value: ValueID, _ graph: Graph) -> Self? {
      let root: ValueID
      if let operand = graph.operands(value, of: "Reciprocal")?.first {
        root = operand
      } else if let quotient = graph.operands(value, of: "Div"), graph.number(quotient[0]) == 1 {
        root = quotient[1]
      } else if let power = graph.operands(value, of: "Pow"), graph.number(power[1]) == -0.5 {
        return Self(power[0], graph)
      } else {
        return nil
      }
      return graph.operands(root, of: "Sqrt").flatMap { Self($0[0], graph) }
    }
  }

  private struct Normalization {
    private let x: ValueID
    private let isCentered: Bool
    private let axis: Int
    private let epsilon: Double
    /// The extents that are normalized over.
    private let extents: [Int]
    private var scale: ValueID?
    private var bias: ValueID?
    /// The value that the normalization makes in the end.
    private var end: ValueID

    /// The normalization whose division, or whose last operator, a node is.
    init?(_ node: NodeID, _ graph: Graph) {
      end = graph[node].results[0]
      guard graph.isFloat(end), let (square, scale, bias) = Self.find(end, graph) else { return nil }
      let centered = graph.centered(square.base, axis: square.axis)
      x = centered ?? square.base
      isCentered = centered != nil
      (axis, epsilon, self.scale, self.bias) = (square.axis, square.epsilon, scale, bias)
      guard isCentered || bias == nil, graph.isFloat(x), let shape = graph[x].type?.tensor?.shape else { return nil }
      extents = shape[axis...].compactMap(\.value)
      guard extents.count == shape.count - axis, [scale, bias].allSatisfy({ $0 == nil || isRow($0, graph) }) else {
        return nil
      }
      if scale == nil, let (product, factor) = follower("Mul", graph) { (end, self.scale) = (product, factor) }
      if isCentered, bias == nil, let (sum, addend) = follower("Add", graph) { (end, self.bias) = (sum, addend) }
    }

    /// x / √s, x · (1 / √s), x · (scale / √s), or x · (scale / √s) + (bias - mean · (scale / √s)), the mean being x's.
    private static func find(
      _ value: ValueID, _ graph: Graph
    ) -> (square: MeanSquare, scale: ValueID?, bias: ValueID?)? {
      if let quotient = graph.operands(value, of: "Div"), let root = graph.operands(quotient[1], of: "Sqrt")?.first,
        let square = MeanSquare(root, graph), square.base == quotient[0]
      {
        return (square, nil, nil)
      }
      for (x, factor) in graph.bothOrders(value, of: "Mul") {
        if let (square, scale) = scaledInverse(factor, graph), square.base == x { return (square, scale, nil) }
      }
      for (product, shift) in graph.bothOrders(value, of: "Add") {
        guard let difference = graph.operands(shift, of: "Sub") else { continue }
        for (x, factor) in graph.bothOrders(product, of: "Mul") {
          guard let (square, scale) = scaledInverse(factor, graph),
            let mean = graph.partner(difference[1], "Mul", of: factor), let (base, axis) = graph.mean(mean),
            base == x, axis == square.axis, graph.centered(square.base, axis: axis) == x
          else { continue }
          return (square, scale, difference[0])
        }
      }
      return nil
    }

    private static func scaledInverse(_ value: ValueID, _ graph: Graph) -> (MeanSquare, scale: ValueID?)? {
      if let square = MeanSquare.inverseRoot(value, graph) { return (square, nil) }
      for (inverse, scale) in graph.bothOrders(value, of: "Mul") {
        if let square = MeanSquare.inverseRoot(inverse, graph) { return (square, scale) }
      }
      return nil
    }

    /// Whether a value has one number for each element that is normalized with others.
    private func isRow(_ value: ValueID?, _ graph: Graph) -> Bool {
      value.map { graph.isFloat($0) && graph.extents($0) == extents } ?? false
    }

    /// What the only user of the value so far makes of it, and the row that it takes besides.
    private func follower(_ op: String, _ graph: Graph) -> (ValueID, ValueID)? {
      guard let result = graph.onlyResult(end, of: op), let row = graph.partner(result, op, of: end),
        isRow(row, graph)
      else { return nil }
      return (result, row)
    }

    func apply(to graph: inout Graph) throws(Diagnostic) {
      guard let last = graph[end].producer else { return }
      let scale =
        if let scale { scale } else {
          try graph.build(before: last) { (builder) throws(Diagnostic) -> ValueID in
            try builder.add("Expand", [builder.constant(1, .float), builder.constant(extents)])
          }
        }
      try graph.replace(
        [last], by: OperatorName(isCentered ? "LayerNormalization" : "RMSNormalization"),
        [x, scale] + (bias.map { [$0] } ?? []), ["axis": .int(axis), "epsilon": .float(Float(epsilon))])
    }
  }
}

extension Graph {
  /// What a value is the mean of over its last dimensions, from `axis` on.
  fileprivate func mean(_ value: ValueID) -> (base: ValueID, axis: Int)? {
    guard let node = self[value].producer, self[node].op == OperatorName("ReduceMean"),
      let base = self[node].operands[0], let rank = self[base].type?.tensor?.rank,
      let call = Inference.call(node, in: self), (try? call.flag("keepdims")) == true,
      let given = call.integers(1), let axes = try? call.axes(given, rank: rank), let axis = axes.min(),
      axes.count == rank - axis
    else { return nil }
    return (base, axis)
  }

  /// What a value is the square of.
  fileprivate func square(_ value: ValueID) -> ValueID? {
    if let power = operands(value, of: "Pow") { return number(power[1]) == 2 ? power[0] : nil }
    return operands(value, of: "Mul").flatMap { $0[0] == $0[1] ? $0[0] : nil }
  }

  /// What a value is the deviation of from its mean.
  fileprivate func centered(_ value: ValueID, axis: Int) -> ValueID? {
    guard let difference = operands(value, of: "Sub"), let mean = mean(difference[1]), mean.base == difference[0],
      mean.axis == axis
    else { return nil }
    return mean.base
  }
}
