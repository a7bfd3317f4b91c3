import Graph
import KernelRuntime

/// Functions of each element: the gradient times the function's derivative there.
enum UnaryGradient: GradientRule {
  static let operators = [
    "Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "LeakyRelu", "Log", "Neg", "Reciprocal", "Relu", "Round", "Sigmoid",
    "Sign", "Sin", "Softplus", "Sqrt", "Tanh",
  ]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    let (x, y, dy, type) = (try site.x, site.y, try site.dy, site.type)
    let one = try builder.constant(1, type)
    switch site.call.op.type {
    case "Abs": return try builder.add("Mul", [dy, builder.add("Sign", [x])])
    case "Cos": return try builder.add("Neg", [builder.add("Mul", [dy, builder.add("Sin", [x])])])
    case "Erf":
      // 2 / √π · exp(-x²)
      let bell = try builder.add("Exp", [builder.add("Neg", [builder.add("Mul", [x, x])])])
      return try builder.add("Mul", [dy, builder.add("Mul", [bell, builder.constant(1.1283791670955126, type)])])
    case "Exp": return try builder.add("Mul", [dy, y])
    case "LeakyRelu":
      let slope = try builder.constant(Double(site.call.float("alpha")), type)
      return try builder.add("Where", [isPositive(x, type, &builder), dy, builder.add("Mul", [dy, slope])])
    case "Log": return try builder.add("Div", [dy, x])
    case "Neg": return try builder.add("Neg", [dy])
    case "Reciprocal": return try builder.add("Neg", [builder.add("Mul", [dy, builder.add("Mul", [y, y])])])
    case "Relu": return try builder.add("Where", [isPositive(x, type, &builder), dy, builder.constant(0, type)])
    case "Sigmoid":
      return try builder.add("Mul", [dy, builder.add("Mul", [y, builder.add("Sub", [one, y])])])
    case "Sin": return try builder.add("Mul", [dy, builder.add("Cos", [x])])
    case "Softplus": return try builder.add("Mul", [dy, builder.add("Sigmoid", [x])])
    case "Sqrt": return try builder.add("Div", [dy, builder.add("Add", [y, y])])
    case "Tanh": return try builder.add("Mul", [dy, builder.add("Sub", [one, builder.add("Mul", [y, y])])])
    default: return nil  // steps
    }
  }

  private static func isPositive(
    _ x: ValueID, _ type: ElementType, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    try builder.add("Greater", [x, builder.constant(0, type)])
  }
}
