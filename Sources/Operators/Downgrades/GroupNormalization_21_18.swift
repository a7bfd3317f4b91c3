import Graph

/// Scale and bias hold an element for each group, and the operator was withdrawn again. As an instance normalization
/// of the groups, scaled and shifted behind it, it can be said in all operator sets.
enum GroupNormalization_21_18: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    guard let groups = draft.int("num_groups") else { return }
    let wide = try builder.widened(x)
    let grouped = try builder.add("Reshape", [wide, try builder.constant([0, groups, -1])])
    let ones = try builder.constant(Array(repeating: Float(1), count: groups))
    let zeros = try builder.constant(Array(repeating: Float(0), count: groups))
    let normal = try builder.add(
      "InstanceNormalization", [grouped, ones, zeros], ["epsilon": .float(draft.float("epsilon") ?? 1e-5)])
    let shaped = try builder.add("Reshape", [normal, try builder.add("Shape", [x])])
    let scale = try builder.align(draft.required(1), at: 1, of: x)
    let bias = try builder.align(draft.required(2), at: 1, of: x)
    draft.become("Add", [try builder.add("Mul", [try builder.narrowed(shaped, like: x), scale]), bias])
  }
}
