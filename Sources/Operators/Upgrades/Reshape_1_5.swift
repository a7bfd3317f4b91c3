import Graph

/// The shape is an input.
enum Reshape_1_5: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant(draft.takeInts("shape") ?? []))
  }
}
