import Graph

/// The operator has another name.
enum Scatter_9_11: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.op = OperatorName("ScatterElements")
    draft.version = 11
  }
}
