import Graph

/// Starts, ends and axes are inputs.
enum Slice_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant(draft.takeInts("starts") ?? []))
    draft.setOperand(2, to: try builder.constant(draft.takeInts("ends") ?? []))
    if let axes = draft.takeInts("axes") { draft.setOperand(3, to: try builder.constant(axes)) }
  }
}
