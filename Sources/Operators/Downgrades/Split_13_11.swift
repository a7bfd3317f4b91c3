import Graph

/// The lengths of the parts are an attribute.
enum Split_13_11: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let lengths = draft.operand(1) else { return }
    draft.attributes["split"] = .ints(try builder.integers(lengths, "split", of: draft.op))
    draft.dropOperands(from: 1)
  }
}
