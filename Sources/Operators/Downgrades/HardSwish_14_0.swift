import Graph

/// It is the input times its hard sigmoid.
enum HardSwish_14_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    draft.become("Mul", [x, try builder.add("HardSigmoid", [x], ["alpha": .float(1 / 6), "beta": .float(0.5)])])
  }
}
