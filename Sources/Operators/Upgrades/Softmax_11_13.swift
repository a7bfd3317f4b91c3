import Graph

/// Before version 13 Softmax worked on the operand flattened to two dimensions at its axis, by default 1; from then on
/// along one axis, by default the last.
enum Softmax_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    try flattenAround(&draft, &builder)
  }

  /// Leaves the node as it is where its axis is the last; else puts a Flatten before it and a Reshape behind it.
  static func flattenAround(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    var axis = 1
    if case .int(let given)? = draft.attributes["axis"] { axis = given }
    guard let x = draft.operands.first ?? nil else { return }
    if axis == -1 || builder.type(x)?.tensor?.rank == axis + 1 {
      draft.attributes["axis"] = .int(-1)
      return
    }
    let flat = try builder.add("Flatten", [x], ["axis": .int(axis)])
    let result = try builder.add(draft.op.type, [flat], ["axis": .int(-1)])
    draft.become("Reshape", [result, try builder.add("Shape", [x])])
  }
}
