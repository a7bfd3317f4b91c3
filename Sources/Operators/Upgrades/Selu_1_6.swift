import Graph

/// The defaults of both constants got more digits.
enum Selu_1_6: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setDefault("alpha", .float(1.6732))
    draft.setDefault("gamma", .float(1.0507))
  }
}
