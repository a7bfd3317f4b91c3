import Graph

/// The operator had another name.
enum ScatterElements_11_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.op = OperatorName("Scatter")
    draft.version = 9
  }
}
