import Graph
import KernelRuntime
import Operators

/// Lets products read weights as the model has them: what a MatMul multiplies by is often a transposed constant, which
/// Gemm takes as it is. Computing the transposition ahead would copy the weights, which are packed afterwards anyway.
enum FoldTransposes {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph[node].op == OperatorName("MatMul") {
      try fold(node, &graph)
    }
  }

  private static func fold(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    let record = graph[node]
    guard record.operands.count == 2, let a = record.operands[0], let b = record.operands[1],
      let y = record.results.first, graph.isFloat(y), let shape = graph.extents(y),
      let rows = graph.extents(a), rows.count >= 2,
      let weights = graph.operands(b, of: "Transpose")?.first, graph[weights].constant != nil,
      let extents = graph.extents(weights), extents.count == 2, graph.extents(b) == extents.reversed(),
      let transpose = graph[b].producer, let call = Inference.call(transpose, in: graph),
      try call.optionalInts("perm") ?? [1, 0] == [1, 0]
    else { return }
    let product = try graph.build(before: node) { (builder) throws(Diagnostic) -> ValueID in
      let isMatrix = rows.count == 2
      let (depth, count) = (extents[1], rows.dropLast().reduce(1, *))
      let matrix =
        isMatrix ? a : try builder.add("Reshape", [a, builder.constant([count, depth])], ["allowzero": .int(1)])
      let product = try builder.add("Gemm", [matrix, weights], ["transB": .int(1)])
      return isMatrix
        ? product : try builder.add("Reshape", [product, builder.constant(shape)], ["allowzero": .int(1)])
    }
    graph.replaceUses(of: y, with: product)
    graph.remove(node)
  }
}
