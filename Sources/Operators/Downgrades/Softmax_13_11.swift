import Graph

/// Before version 13 Softmax worked on the operand flattened at its axis: the same where the axis is the last, which
/// transposing makes it.
enum Softmax_13_11: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    try moveAxisLast(&draft, &builder)
  }

  static func moveAxisLast(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let x = draft.operands.first ?? nil, let rank = builder.type(x)?.tensor?.rank else {
      throw .unsupported("\(draft.op) on a tensor of unknown rank")
    }
    var axis = -1
    if case .int(let given)? = draft.attributes["axis"] { axis = given }
    if axis < 0 { axis += rank }
    draft.attributes["axis"] = .int(max(rank - 1, 0))
    if axis >= rank - 1 { return }
    // Swapping two axes is its own inverse.
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    let moved = try builder.add("Transpose", [x], ["perm": .ints(order)])
    let result = try builder.add(draft.op.type, [moved], ["axis": .int(-1)])
    draft.become("Transpose", [result], ["perm": .ints(order)])
  }
}
