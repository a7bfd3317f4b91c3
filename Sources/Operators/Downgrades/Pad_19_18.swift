import Graph

/// The mode `wrap` is not there yet.
enum Pad_19_18: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.string("mode") == "wrap" { throw .unsupported("version 18 of Pad has no mode \"wrap\"") }
  }
}
