import Graph

/// The inverse permutation.
enum TransposeGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    guard let order = try site.call.optionalInts("perm") else { return try builder.add("Transpose", [site.dy]) }
    return try builder.add("Transpose", [site.dy], ["perm": .ints(order.indices.sorted { order[$0] < order[$1] })])
  }
}
