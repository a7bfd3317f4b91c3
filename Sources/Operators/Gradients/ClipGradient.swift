import Graph

/// The gradient where the operand lies within the bounds.
enum ClipGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    guard i == 0 else { throw .unsupported("Gradient of Clip with respect to its bounds") }
    let isWithin = try builder.add("Equal", [site.x, site.y])
    return try builder.add("Where", [isWithin, site.dy, builder.constant(0, site.type)])
  }
}
