import Graph
import KernelRuntime
import Operators

/// Makes an Einsum of two operands the product of matrices that it is: indices that both operands and the result have
/// count matrices, those of one operand and the result count rows or columns, the others are summed over.
enum DecomposeEinsum {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph[node].op == OperatorName("Einsum") {
      try Contraction(node, graph)?.apply(to: &graph)
    }
  }

  private struct Contraction {
    private let node: NodeID
    private var left: Factor
    private var right: Factor
    private let extents: [String: Int]
    private let result: [String]
    private let batch: [String]
    private let summed: [String]

    /// An operand and the indices of its dimensions.
    private struct Factor {
      let value: ValueID
      let indices: [String]
      let shape: [Int]
      /// The indices that only this operand has.
      let own: [String]
    }

    init?(_ node: NodeID, _ graph: Graph) {
      let operands = graph[node].operands.compactMap { $0 }
      let shapes = operands.compactMap(graph.extents)
      guard operands.count == 2, shapes.count == 2, operands.allSatisfy(graph.isFloat),
        !shapes.contains(where: { $0.contains(0) }), let call = Inference.call(node, in: graph),
        let equation = try? EinsumKernel.Equation(call.string("equation"), ranks: shapes.map(\.count)),
        let extents = try? equation.extents(of: shapes)
      else { return nil }
      let sets = equation.terms.map(Set.init)
      let both = sets[0].intersection(sets[1])
      (self.node, self.extents, result) = (node, extents, equation.result)
      batch = result.filter(both.contains)
      summed = both.subtracting(result).sorted()
      let factors = (0..<2).map { i in
        Factor(
          value: operands[i], indices: equation.terms[i], shape: shapes[i],
          own: equation.result.filter { sets[i].contains($0) && !both.contains($0) })
      }
      (left, right) = (factors[0], factors[1])
      // No diagonals, no sums over indices of one operand, and no extents of 1 among those that are joined.
      let joined = Set(summed + left.own + right.own)
      for factor in [left, right] {
        guard Set(factor.indices).count == factor.indices.count,
          factor.indices.count == batch.count + summed.count + factor.own.count,
          zip(factor.indices, factor.shape).allSatisfy({ !joined.contains($0) || extents[$0] == $1 })
        else { return nil }
      }
      guard !left.own.isEmpty || !right.own.isEmpty else { return nil }
      // Rows come before columns.
      if let first = result.first(where: { !batch.contains($0) }), right.own.contains(first) {
        swap(&left, &right)
      }
    }

    func apply(to graph: inout Graph) throws(Diagnostic) {
      let new = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
        func shaped(_ value: ValueID, _ shape: [Int]) throws(Diagnostic) -> ValueID {
          if builder.graph.extents(value) == shape { return value }
          return try builder.add("Reshape", [value, builder.constant(shape)])
        }
        func ordered(_ value: ValueID, _ from: [String], _ to: [String]) throws(Diagnostic) -> ValueID {
          let perm = to.compactMap(from.firstIndex)
          if perm == Array(perm.indices) { return value }
          return try builder.add("Transpose", [value], ["perm": .ints(perm)])
        }
        /// The product of the extents of some indices.
        func count(_ indices: [String]) -> Int { indices.reduce(1) { $0 * (extents[$1] ?? 1) } }
        func matrix(_ factor: Factor, _ rows: [String], _ columns: [String]) throws(Diagnostic) -> ValueID {
          let value = try ordered(factor.value, factor.indices, batch + rows + columns)
          let lead = batch.compactMap(factor.indices.firstIndex).map { factor.shape[$0] }
          return try shaped(value, lead + [count(rows), count(columns)])
        }
        let product = try builder.add(
          summed.isEmpty ? "Mul" : "MatMul",
          [matrix(left, left.own, summed), matrix(right, summed, right.own)])
        let order = batch + left.own + right.own
        return try ordered(shaped(product, order.map { extents[$0] ?? 1 }), order, result)
      }
      graph.replaceUses(of: graph[node].results[0], with: new)
      graph.remove(node)
    }
  }
}
