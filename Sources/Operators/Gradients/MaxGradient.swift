import Graph

/// The gradient where an operand is the greatest or least, in equal parts among those that are.
enum MaxGradient: GradientRule {
  static let operators = ["Max", "Min"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    var shares: [ValueID] = []
    for j in site.operands.indices {
      shares.append(try builder.cast(builder.add("Equal", [site.operand(j), site.y]), to: site.type))
    }
    let part = try builder.add("Div", [shares[i], builder.add("Sum", shares)])
    return try builder.add("Mul", [site.dy, part])
  }
}
