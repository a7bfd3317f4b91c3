import Graph
import KernelRuntime
import Operators

/// Says the mean and the inverse standard deviation that LayerNormalization gives beside its result as reductions.
enum LayerStatisticsToStandard: RewriteRule {
  static let targets: Set<String>? = ["portable"]

  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard let half = OperatorRegistry.entry(graph[node].op)?.half, half.base == OperatorName("LayerNormalization"),
      half.index > 0, let call = Inference.call(node, in: graph), let x = graph[node].operands.first ?? nil
    else { return false }
    guard let rank = try call.shape(0)?.count else {
      throw .unsupported("LayerNormalization of a tensor of unknown rank")
    }
    let axes = Array(try call.axis(call.int("axis"), rank: rank)..<rank)
    let epsilon = Double(try call.float("epsilon"))
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in
      let wide = try builder.add("Cast", [x], ["to": .int(Int(ElementType.float.rawValue))])
      let over = try builder.constant(axes)
      let mean = try builder.add("ReduceMean", [wide, over], ["keepdims": .int(1)])
      if half.index == 1 { return [mean] }
      let centered = try builder.add("Sub", [wide, mean])
      let variance = try builder.add(
        "ReduceMean", [builder.add("Mul", [centered, centered]), over], ["keepdims": .int(1)])
      let deviation = try builder.add("Sqrt", [builder.add("Add", [variance, builder.constant(epsilon, .float)])])
      return [try builder.add("Reciprocal", [deviation])]
    }
  }
}
