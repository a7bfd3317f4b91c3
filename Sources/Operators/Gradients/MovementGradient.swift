import Graph
import KernelRuntime

/// Operators that copy elements of operand 0 to other places and make none of their own.
///
/// The operator itself tells where elements come from: it moves their numbers. The gradients are added up there.
enum MovementGradient: GradientRule {
  static let operators = [
    "Compress", "DepthToSpace", "Gather", "GatherElements", "GatherND", "ReverseSequence", "Slice", "SpaceToDepth",
    "Split", "Tile",
  ]
  static let takesAllResults = true

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    guard i == 0 else { return nil }
    let (x, flat) = (try site.x, try builder.constant([-1]))
    let shape = try builder.add("Shape", [x])
    let count = try builder.add("Size", [x])
    let numbers = try builder.add("Range", [builder.constant(scalar: 0), count, builder.constant(scalar: 1)])
    var operands = site.operands
    operands[0] = try builder.add("Reshape", [numbers, shape], ["allowzero": .int(1)])
    let moved = try builder.addNode(
      site.call.op, operands, site.call.attributes, results: site.results.map { _ in "" })
    let length = try builder.add("Reshape", [count, flat])
    var sum = try builder.add("Expand", [builder.constant(0, site.type), length])
    for (places, gradient) in zip(moved, site.gradients) {
      guard let gradient else { continue }
      sum = try builder.add(
        "ScatterElements", [sum, builder.add("Reshape", [places, flat]), builder.add("Reshape", [gradient, flat])],
        ["axis": .int(0), "reduction": .string("add")])
    }
    return try builder.add("Reshape", [sum, shape], ["allowzero": .int(1)])
  }
}
