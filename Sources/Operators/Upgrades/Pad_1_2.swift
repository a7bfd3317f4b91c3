import Graph

/// An attribute has another name.
enum Pad_1_2: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["pads"] = draft.attributes.removeValue(forKey: "paddings")
  }
}
