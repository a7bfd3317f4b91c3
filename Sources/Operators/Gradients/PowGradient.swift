import Graph
import KernelRuntime

/// d(a ^ b) = b a ^ (b - 1) da + a ^ b log(a) db, the second term 0 where a is.
enum PowGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let x = try site.x
    let exponent = try builder.cast(site.operand(1), to: site.type)
    let zero = try builder.constant(0, site.type)
    let slope: ValueID
    if i == 0 {
      let less = try builder.add("Sub", [exponent, builder.constant(1, site.type)])
      let product = try builder.add("Mul", [exponent, builder.add("Pow", [x, less])])
      // a ^ 0 is 1 everywhere, at 0 too, where the product would be 0 times infinity.
      slope = try builder.add("Where", [builder.add("Equal", [exponent, zero]), zero, product])
    } else {
      let product = try builder.add("Mul", [site.y, builder.add("Log", [x])])
      slope = try builder.add("Where", [builder.add("Equal", [x, zero]), zero, product])
    }
    return try builder.add("Mul", [site.dy, slope])
  }
}
