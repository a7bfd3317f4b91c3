import Graph

/// The shape is an attribute.
enum Reshape_5_1: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let shape = draft.operand(1) else { return }
    draft.attributes["shape"] = .ints(try builder.integers(shape, "shape", of: draft.op))
    draft.dropOperands(from: 1)
  }
}
