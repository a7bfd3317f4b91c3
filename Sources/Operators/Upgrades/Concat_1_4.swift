import Graph

/// The axis must be given; until then it was 1 by default.
enum Concat_1_4: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setDefault("axis", .int(1))
  }
}
