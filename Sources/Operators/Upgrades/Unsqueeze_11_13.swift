import Graph

/// The axes are an input, which must be there even when it is empty.
enum Unsqueeze_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant(draft.takeInts("axes") ?? []))
  }
}
