import Graph

/// Without lengths the number of parts must be said; until then the outputs alone told it.
enum Split_13_18: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.operand(1) == nil { draft.attributes["num_outputs"] = .int(draft.results.count) }
  }
}
