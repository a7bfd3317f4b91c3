import Graph

/// With Y = α A B + β C: dA = α dY Bᵀ, dB = α Aᵀ dY, dC = β dY; transposed where A or B come transposed.
enum GemmGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let (a, b, dy) = (try site.x, try site.operand(1), try site.dy)
    if i == 2 { return try builder.scaled(dy, by: site.call.float("beta"), site.type) }
    let (transA, transB) = (try site.call.flag("transA"), try site.call.flag("transB"))
    let (left, right, first, second): (ValueID, ValueID, Bool, Bool) =
      switch (i, transA, transB) {
      case (0, false, _): (dy, b, false, !transB)
      case (0, true, _): (b, dy, transB, true)
      case (_, _, false): (a, dy, !transA, false)
      case (_, _, true): (dy, a, true, transA)
      }
    return try builder.add(
      "Gemm", [left, right],
      [
        "alpha": .float(site.call.float("alpha")), "transA": .int(first ? 1 : 0), "transB": .int(second ? 1 : 0),
      ])
  }
}
