import Graph

/// The axis is an input, and by default the last but one instead of 1.
enum DFT_17_20: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(2, to: try builder.constant(scalar: draft.takeInt("axis") ?? 1))
  }
}
