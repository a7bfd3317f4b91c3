import Graph
import KernelRuntime
import Operators

/// Says one result of Split as a slice.
enum SplitToSlices: RewriteRule {
  static let targets: Set<String>? = ["portable"]

  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard let half = OperatorRegistry.entry(graph[node].op)?.half, half.base == OperatorName("Split"),
      let call = Inference.call(node, in: graph), let x = graph[node].operands.first ?? nil
    else { return false }
    let index = try half.resultIndex(graph[node].attributes)
    let sizes = graph[node].operands.count > 1 ? graph[node].operands[1] : nil
    guard let rank = try call.shape(0)?.count else { throw .unsupported("Split of a tensor of unknown rank") }
    let axis = try call.axis(call.int("axis"), rank: rank)
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in
      let start: ValueID
      let end: ValueID
      if let sizes {
        func sum(_ count: Int, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
          let first = try builder.add("Slice", [sizes, builder.constant([0]), builder.constant([count])])
          return try builder.add("ReduceSum", [first], ["keepdims": .int(1)])
        }
        start = try sum(index, &builder)
        end = try sum(index + 1, &builder)
      } else {
        // Equal parts, the last one what is left.
        let count = max(call.resultCount, 1)
        let extent = try builder.add("Shape", [x], ["start": .int(axis), "end": .int(axis + 1)])
        let rounded = try builder.add("Add", [extent, builder.constant([count - 1])])
        let part = try builder.add("Div", [rounded, builder.constant([count])])
        start = try builder.add("Mul", [part, builder.constant([index])])
        end = try builder.add("Add", [start, part])
      }
      return [try builder.add("Slice", [x, start, end, builder.constant([axis])])]
    }
  }
}
