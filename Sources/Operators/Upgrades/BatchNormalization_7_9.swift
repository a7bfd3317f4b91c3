import Graph

/// Statistics are always those of a channel; until then they could be those of each element of an image. Flattened to
/// two dimensions every such element is a channel.
enum BatchNormalization_7_9: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.takeInt("spatial") == 0, let scale = draft.operand(1), builder.rank(scale) != 1 else { return }
    guard !(1..<5).contains(where: draft.hasResult) else {
      throw .unsupported("training of BatchNormalization with statistics for each element")
    }
    let x = try draft.required(0)
    let flat = try builder.add("Flatten", [x], ["axis": .int(1)])
    let all = try builder.constant([-1])
    var operands: [ValueID?] = [flat]
    for i in 1...4 { operands.append(try builder.add("Reshape", [try draft.required(i), all])) }
    let result = try builder.add("BatchNormalization", operands, draft.attributes)
    draft.results.removeLast(draft.results.count - 1)
    draft.become("Reshape", [result, try builder.add("Shape", [x])])
  }
}
