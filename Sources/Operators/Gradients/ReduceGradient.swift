import Graph
import KernelRuntime

/// Reductions: each element gets its part of the gradient of what it went into.
enum ReduceGradient: GradientRule {
  static let operators = ["ReduceL2", "ReduceMean", "ReduceSum", "ReduceSumSquare"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let x = try site.x
    switch site.call.op.type {
    case "ReduceMean":
      let size = try builder.cast(builder.add("Size", [x]), to: site.type)
      let count = try builder.add("Div", [size, builder.cast(builder.add("Size", [site.y]), to: site.type)])
      return try spread(builder.add("Div", [site.dy, count]), site, &builder)
    case "ReduceSumSquare":
      return try builder.add("Mul", [builder.add("Add", [x, x]), spread(site.dy, site, &builder)])
    case "ReduceL2":
      return try builder.add("Mul", [x, spread(builder.add("Div", [site.dy, site.y]), site, &builder)])
    default: return try spread(site.dy, site, &builder)
    }
  }

  /// A tensor of the result's shape in the operand's shape.
  private static func spread(
    _ value: ValueID, _ site: GradientSite, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    var value = value
    let axes = site.operands.count > 1 ? site.operands[1] : nil
    // Without axes a result of no or of all dimensions is one element.
    if let axes, try !site.call.flag("keepdims") { value = try builder.add("Unsqueeze", [value, axes]) }
    return try builder.add("Expand", [value, builder.add("Shape", [site.x])])
  }
}
