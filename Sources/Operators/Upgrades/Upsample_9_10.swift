import Graph

/// The operator is withdrawn; Resize of version 10 does the same.
enum Upsample_9_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.op = OperatorName("Resize")
    draft.version = 10
  }
}
