import Graph
import KernelRuntime

/// The gradient where the operand was taken.
enum WhereGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let (condition, dy) = (try site.x, try site.dy)
    guard i > 0, let type = builder.elementType(dy) else { return nil }
    let zero = try builder.constant(0, type)
    return try builder.add("Where", i == 1 ? [condition, dy, zero] : [condition, zero, dy])
  }
}
