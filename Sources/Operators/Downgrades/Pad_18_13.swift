import Graph

/// All axes are padded, by nothing where the newer version does not list them.
enum Pad_18_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let listed = draft.operand(3) else { return }
    let axes = try builder.integers(listed, "axes", of: draft.op)
    guard let rank = builder.rank(try draft.required(0)) else {
      throw .unsupported("Pad along some axes of a tensor of unknown rank")
    }
    let places = axes.map { $0 < 0 ? $0 + rank : $0 }
    let none = try builder.constant(Array(repeating: 0, count: 2 * rank))
    let indices = try builder.constant(places + places.map { $0 + rank })
    draft.operands[1] = try builder.add("ScatterElements", [none, indices, try draft.required(1)])
    draft.dropOperands(from: 3)
  }
}
