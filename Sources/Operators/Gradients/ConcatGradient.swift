import Graph

/// Each operand's slice of the gradient.
enum ConcatGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    guard let rank = builder.rank(try site.dy) else { throw .unsupported("Gradient of Concat of unknown rank") }
    let axis = try site.call.axis(site.call.int("axis"), rank: rank)
    var (start, end) = (try builder.constant([0]), try builder.constant([0]))
    for j in 0...i {
      start = end
      let extent = try builder.add("Shape", [site.operand(j)], ["start": .int(axis), "end": .int(axis + 1)])
      end = try builder.add("Add", [start, extent])
    }
    return try builder.add("Slice", [site.dy, start, end, builder.constant([axis])])
  }
}
