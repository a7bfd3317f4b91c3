import Graph

/// The addend is broadcast without an attribute that asks for it.
enum Gemm_6_7: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["broadcast"] = nil
  }
}
