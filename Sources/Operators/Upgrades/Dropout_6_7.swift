import Graph

/// Whether the model is trained is no longer the node's to say. A model that is read is to be run as it was trained,
/// without dropping anything.
enum Dropout_6_7: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["is_test"] = nil
  }
}
