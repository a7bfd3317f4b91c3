import Graph

/// As for Softmax: along one axis instead of on the operand flattened at it.
enum LogSoftmax_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    try Softmax_11_13.flattenAround(&draft, &builder)
  }
}
