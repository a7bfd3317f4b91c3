import Graph

/// Operators that give the same elements another shape.
enum ReshapeGradient: GradientRule {
  static let operators = ["Flatten", "Reshape", "Squeeze", "Unsqueeze"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    try builder.add("Reshape", [site.dy, builder.add("Shape", [site.x])], ["allowzero": .int(1)])
  }
}
