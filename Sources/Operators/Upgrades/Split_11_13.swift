import Graph

/// The lengths of the parts are an input.
enum Split_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let lengths = draft.takeInts("split") { draft.setOperand(1, to: try builder.constant(lengths)) }
  }
}
