import Graph

/// Sums, differences and means of operands.
enum SumGradient: GradientRule {
  static let operators = ["Add", "Mean", "Sub", "Sum"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    switch site.call.op.type {
    case "Sub" where i == 1: try builder.add("Neg", [site.dy])
    case "Mean": try builder.scaled(site.dy, by: 1 / Float(site.operands.count), site.type)
    default: try site.dy
    }
  }
}
