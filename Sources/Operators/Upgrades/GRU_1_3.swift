import Graph

/// The default direction was misspelt in version 1; nodes that write it out like that mean `forward`.
enum GRU_1_3: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.string("direction") == "foward" { draft.attributes["direction"] = .string("forward") }
  }
}
