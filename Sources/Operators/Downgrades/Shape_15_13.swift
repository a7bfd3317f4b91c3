import Graph

/// All extents are given; a slice of them is a node of its own.
enum Shape_15_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let start = draft.takeInt("start") ?? 0
    let end = draft.takeInt("end")
    guard start != 0 || end != nil else { return }
    let shape = try builder.add("Shape", draft.operands)
    let bounds = [try builder.constant([start]), try builder.constant([end ?? Int.max])]
    draft.become("Slice", [shape] + bounds + [try builder.constant([0])])
  }
}
