import Graph

/// The operator is withdrawn: Reshape gives the listed values their shape.
enum GivenTensorFill_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let shape = try draft.filledShape(&builder)
    let values = try builder.constant(draft.floats("values") ?? [])
    draft.become("Reshape", [values, shape], ["allowzero": .int(1)])
  }
}
