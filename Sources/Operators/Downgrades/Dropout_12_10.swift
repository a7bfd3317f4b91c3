import Graph

/// The ratio is an attribute, and nothing can be trained.
enum Dropout_12_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let training = draft.operand(2), builder.known(training)?.elements(as: Bool.self) != [false] {
      throw .unsupported("version 10 of Dropout cannot be told to train")
    }
    if let ratio = draft.operand(1), let number = builder.known(ratio)?.doubles?.first {
      draft.attributes["ratio"] = .float(Float(number))
    }
    draft.attributes["seed"] = nil
    draft.dropOperands(from: 1)
  }
}
