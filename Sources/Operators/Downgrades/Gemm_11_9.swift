import Graph

/// There must be an addend.
enum Gemm_11_9: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.operand(2) == nil { draft.setOperand(2, to: try builder.scalar(0, like: draft.required(0))) }
  }
}
