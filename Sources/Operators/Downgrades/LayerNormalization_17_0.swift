import Graph

/// Simpler operators say it: mean, variance, and what is made of them.
enum LayerNormalization_17_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let axes = try builder.constant(builder.axes(from: draft.int("axis") ?? -1, of: x))
    let wide = try builder.widened(x)
    let mean = try builder.add("ReduceMean", [wide, axes])
    let centred = try builder.add("Sub", [wide, mean])
    let square = try builder.add("Pow", [centred, try builder.constant(2, .float)])
    let epsilon = try builder.constant(Double(draft.float("epsilon") ?? 1e-5), .float)
    let variance = try builder.add("Add", [try builder.add("ReduceMean", [square, axes]), epsilon])
    let deviation = try builder.add("Sqrt", [variance])
    if draft.results.count > 2 { draft.giveLastResult(try builder.add("Reciprocal", [deviation])) }
    if draft.results.count > 1 { draft.giveLastResult(mean) }
    let normal = try builder.narrowed(try builder.add("Div", [centred, deviation]), like: x)
    let scale = try draft.required(1)
    guard let bias = draft.operand(2) else { return draft.become("Mul", [normal, scale]) }
    draft.become("Add", [try builder.add("Mul", [normal, scale]), bias])
  }
}
