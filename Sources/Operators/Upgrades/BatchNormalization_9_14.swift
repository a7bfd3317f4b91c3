import Graph

/// An attribute says whether the model is trained; until then it was when statistics were among the results. The
/// statistics of the batch alone are no longer results.
enum BatchNormalization_9_14: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.results.count > 1 else { return }
    guard !draft.hasResult(3), !draft.hasResult(4) else {
      throw .unsupported("BatchNormalization with the statistics of the batch as results")
    }
    draft.results.removeLast(max(draft.results.count - 3, 0))
    if draft.hasResult(1) || draft.hasResult(2) {
      draft.attributes["training_mode"] = .int(1)
    } else {
      draft.results.removeLast(draft.results.count - 1)
    }
  }
}
