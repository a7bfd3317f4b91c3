import Graph

/// The operator is withdrawn: `update · previous + (1 − update) · output`, for sequences that are not over yet. Those that
/// are keep their state, or with `drop_states` lose it.
///
/// Of the fused gates `[1, N, 3 D]` the first, which resets, has already had its effect.
enum GRUUnit_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (previous, gates) = (try draft.required(0), try draft.required(1))
    let size = try builder.add("Gather", [try builder.add("Shape", [previous]), try builder.constant([-1])])
    let last = try builder.constant([-1])
    let twice = try builder.add("Mul", [size, try builder.constant([2])])
    let middle = try builder.add("Slice", [gates, size, twice, last])
    let end = try builder.add("Slice", [gates, twice, try builder.constant([Int.max]), last])
    let update = try builder.add("Sigmoid", [middle])
    let kept = try builder.add("Mul", [update, previous])
    let rest = try builder.add("Sub", [try builder.scalar(1, like: previous), update])
    let next = try builder.add("Add", [kept, try builder.add("Mul", [rest, try builder.add("Tanh", [end])])])
    let isOver = try builder.add("GreaterOrEqual", [try draft.required(3), try draft.required(2)])
    let column = try builder.add("Unsqueeze", [isOver, last])
    let frozen = draft.int("drop_states") ?? 0 == 0 ? previous : try builder.scalar(0, like: previous)
    draft.become("Where", [column, frozen, next])
  }
}
