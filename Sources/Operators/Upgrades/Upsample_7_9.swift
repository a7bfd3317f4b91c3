import Graph

/// The scales are an input.
enum Upsample_7_9: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant(draft.takeFloats("scales") ?? []))
  }
}
