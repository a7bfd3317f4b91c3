import Graph

/// As for Softmax: on the operand flattened at the axis instead of along it.
enum LogSoftmax_13_11: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    try Softmax_13_11.moveAxisLast(&draft, &builder)
  }
}
