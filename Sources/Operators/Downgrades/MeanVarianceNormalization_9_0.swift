import Graph

/// Simpler operators say it, as the standard's own function does: version 8 was on trial only, and no checker knows it.
enum MeanVarianceNormalization_9_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let axes = try builder.constant(draft.ints("axes") ?? [0, 2, 3])
    let mean = try builder.add("ReduceMean", [x, axes])
    let square = try builder.add("ReduceMean", [try builder.add("Mul", [x, x]), axes])
    let variance = try builder.add("Sub", [square, try builder.add("Mul", [mean, mean])])
    let deviation = try builder.add("Sqrt", [variance])
    let divisor = try builder.add("Add", [deviation, try builder.scalar(1e-9, like: x)])
    draft.become("Div", [try builder.add("Sub", [x, mean]), divisor])
  }
}
