import Graph

/// d(a b) = b da + a db, and d(a / b) = da / b - (a / b) db / b.
enum MulGradient: GradientRule {
  static let operators = ["Div", "Mul"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    if site.call.op.type == "Mul" { return try builder.add("Mul", [site.dy, site.operand(1 - i)]) }
    let quotient = try builder.add("Div", [site.dy, site.operand(1)])
    return i == 0 ? quotient : try builder.add("Neg", [builder.add("Mul", [quotient, site.y])])
  }
}
