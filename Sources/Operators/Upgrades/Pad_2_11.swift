import Graph

/// The widths and the value are inputs.
enum Pad_2_11: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setOperand(1, to: try builder.constant(draft.takeInts("pads") ?? []))
    if let value = draft.takeFloat("value") {
      draft.setOperand(2, to: try builder.scalar(value, like: draft.required(0)))
    }
  }
}
