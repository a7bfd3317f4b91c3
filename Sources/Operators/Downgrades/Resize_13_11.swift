import Graph

/// Inputs that do not matter are empty tensors.
enum Resize_13_11: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    for i in 1...2 where draft.operand(i) == nil { draft.setOperand(i, to: try builder.constant([Float]())) }
  }
}
