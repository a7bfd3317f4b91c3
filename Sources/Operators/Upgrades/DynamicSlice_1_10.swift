import Graph

/// The operator is withdrawn; Slice of version 10 does the same.
enum DynamicSlice_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.op = OperatorName("Slice")
    draft.version = 10
  }
}
