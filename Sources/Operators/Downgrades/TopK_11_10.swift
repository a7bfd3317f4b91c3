import Graph

/// The elements are always the largest, which among negated ones are the smallest, and always sorted.
enum TopK_11_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["sorted"] = nil
    guard draft.takeInt("largest") == 0 else { return }
    var operands = draft.operands
    operands[0] = try builder.add("Neg", [draft.required(0)])
    let results = try builder.addNode(draft.op, operands, draft.attributes, results: draft.results.map { _ in "" })
    for result in results.dropFirst().reversed() { draft.giveLastResult(result) }
    draft.become("Neg", [results[0]])
  }
}
