import Graph
import Operators

/// Says MaxUnpool as a scatter into a flat tensor of zeros.
enum MaxUnpoolToStandard: RewriteRule {
  static let targets: Set<String>? = ["portable"]

  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard graph[node].op == OperatorName("MaxUnpool"), let call = Inference.call(node, in: graph) else { return false }
    let operands = graph[node].operands
    guard operands.count >= 2, let x = operands[0], let indices = operands[1],
      let rank = try call.shape(0)?.count, rank > 2
    else { throw .unsupported("MaxUnpool on a tensor of unknown rank") }
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in
      let natural = try naturalShape(call, x, rank: rank, &builder)
      let flat = try builder.constant([-1])
      let count = try builder.add("ReduceProd", [natural], ["keepdims": .int(1)])
      let type = try call.elementType(0)
      let zeros = try builder.add("Expand", [builder.constant(0, type), count])
      let filled = try builder.add(
        "ScatterElements",
        [zeros, builder.add("Reshape", [indices, flat]), builder.add("Reshape", [x, flat])], ["axis": .int(0)])
      let result = try builder.add("Reshape", [filled, natural])
      guard operands.count > 2, let shape = operands[2] else { return [result] }
      // The indices count in the natural shape; a larger one has its result in the first corner and zeros beyond.
      let missing = try builder.add("Sub", [shape, natural])
      let none = try builder.constant(Array(repeating: 0, count: rank))
      let pads = try builder.add("Concat", [none, missing], ["axis": .int(0)])
      return [try builder.add("Pad", [result, pads, builder.constant(0, type)])]
    }
  }

  /// The shape that the kernel, strides and pads undo: (extent - 1) · stride + kernel - pads along each axis.
  private static func naturalShape(
    _ call: OperatorCall, _ x: ValueID, rank: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    let spatial = rank - 2
    let kernel = try call.ints("kernel_shape")
    let strides = try call.optionalInts("strides") ?? Array(repeating: 1, count: spatial)
    let pads = try call.optionalInts("pads") ?? Array(repeating: 0, count: 2 * spatial)
    guard kernel.count == spatial, strides.count == spatial, pads.count == 2 * spatial else {
      throw .attribute("MaxUnpool's attributes do not fit a tensor of \(rank) dimensions")
    }
    let leading = try builder.add("Shape", [x], ["start": .int(0), "end": .int(2)])
    let extents = try builder.add("Shape", [x], ["start": .int(2), "end": .int(rank)])
    let less = try builder.add("Sub", [extents, builder.constant([1])])
    let spread = try builder.add("Mul", [less, builder.constant(strides)])
    let rest = (0..<spatial).map { kernel[$0] - pads[$0] - pads[$0 + spatial] }
    return try builder.add(
      "Concat", [leading, builder.add("Add", [spread, builder.constant(rest)])], ["axis": .int(0)])
  }
}
