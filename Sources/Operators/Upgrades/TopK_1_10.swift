import Graph

/// The number of elements is an input.
enum TopK_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant([draft.takeInt("k") ?? 0]))
  }
}
