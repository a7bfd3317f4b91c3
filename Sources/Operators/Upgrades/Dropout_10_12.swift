import Graph

/// The ratio is an input. It only matters in training, which a third input would have to ask for.
enum Dropout_10_12: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let ratio = draft.takeFloat("ratio") {
      draft.setOperand(1, to: try builder.constant(Double(ratio), .float))
    }
  }
}
