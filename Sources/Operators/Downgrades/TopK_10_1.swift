import Graph

/// The number of elements is an attribute.
enum TopK_10_1: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["k"] = .int(try builder.integers(draft.required(1), "K", of: draft.op).first ?? 0)
    draft.dropOperands(from: 1)
  }
}
