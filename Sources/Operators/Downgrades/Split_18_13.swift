import Graph

/// The number of parts is told by the outputs, and all parts are as long; where the last one is shorter the lengths
/// must be said.
enum Split_18_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.takeInt("num_outputs") != nil else { return }
    let x = try draft.required(0)
    let count = draft.results.count
    let axis = draft.int("axis") ?? 0
    if let rank = builder.rank(x), let extent = builder.extent(x, axis < 0 ? axis + rank : axis),
      extent.isMultiple(of: count)
    {
      return
    }
    let shape = try builder.add("Shape", [x])
    let extent = try builder.add("Gather", [shape, try builder.constant([axis])], ["axis": .int(0)])
    let more = try builder.add("Add", [extent, try builder.constant([count - 1])])
    let length = try builder.add("Div", [more, try builder.constant([count])])
    let others = try builder.add("Expand", [length, try builder.constant([count - 1])])
    let last = try builder.add("Sub", [extent, try builder.add("Mul", [length, try builder.constant([count - 1])])])
    draft.setOperand(1, to: try builder.add("Concat", [others, last], ["axis": .int(0)]))
  }
}
