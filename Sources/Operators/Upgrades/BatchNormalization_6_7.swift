import Graph

/// Whether the model is trained is no longer the node's to say: it is when statistics are among the results.
enum BatchNormalization_6_7: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let isTest = draft.takeInt("is_test"), isTest != 0 { draft.results.removeLast(draft.results.count - 1) }
  }
}
