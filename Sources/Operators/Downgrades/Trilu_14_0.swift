import Graph

/// Elements are chosen by the difference of their column and their row.
enum Trilu_14_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let extents = try builder.add("Shape", [x], ["start": .int(-2)])
    let (zero, one) = (try builder.constant(scalar: 0), try builder.constant(scalar: 1))
    var lines: [ValueID] = []
    for i in 0...1 {
      let extent = try builder.add("Gather", [extents, try builder.constant(scalar: i)])
      let range = try builder.add("Range", [zero, extent, one])
      lines.append(try builder.add("Unsqueeze", [range, try builder.constant([1 - i])]))
    }
    let difference = try builder.add("Sub", [lines[1], lines[0]])
    let k = draft.operand(1) ?? zero
    let outside = try builder.add(draft.int("upper") ?? 1 != 0 ? "Less" : "Greater", [difference, k])
    draft.become("Where", [outside, try builder.scalar(0, like: x), x])
  }
}
