import Graph

/// Simpler operators say it, with the error function or its approximation.
enum Gelu_20_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let half = try builder.add("Mul", [x, try builder.scalar(0.5, like: x)])
    let inner: ValueID
    if draft.string("approximate") == "tanh" {
      let cube = try builder.add("Mul", [x, try builder.add("Mul", [x, x])])
      let sum = try builder.add("Add", [x, try builder.add("Mul", [cube, try builder.scalar(0.044715, like: x)])])
      let factor = try builder.scalar((2 / Float.pi).squareRoot(), like: x)
      inner = try builder.add("Tanh", [try builder.add("Mul", [sum, factor])])
    } else {
      inner = try builder.add("Erf", [try builder.add("Div", [x, try builder.scalar(Float(2).squareRoot(), like: x)])])
    }
    draft.become("Mul", [half, try builder.add("Add", [inner, try builder.scalar(1, like: x)])])
  }
}
