import Graph

/// Simpler operators say it: the mean of squares, and what is made of it.
enum RMSNormalization_23_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let axes = try builder.constant(builder.axes(from: draft.int("axis") ?? -1, of: x))
    let wide = try builder.widened(x)
    let square = try builder.add("Pow", [wide, try builder.constant(2, .float)])
    let epsilon = try builder.constant(Double(draft.float("epsilon") ?? 1e-5), .float)
    let mean = try builder.add("Add", [try builder.add("ReduceMean", [square, axes]), epsilon])
    let normal = try builder.add("Div", [wide, try builder.add("Sqrt", [mean])])
    draft.become("Mul", [try builder.narrowed(normal, like: x), try draft.required(1)])
  }
}
