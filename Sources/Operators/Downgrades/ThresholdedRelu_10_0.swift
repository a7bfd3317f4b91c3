import Graph

/// A comparison chooses between the element and zero: version 1 was on trial only, and no checker knows it.
enum ThresholdedRelu_10_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let isGreater = try builder.add("Greater", [x, try builder.scalar(draft.float("alpha") ?? 1, like: x)])
    draft.become("Where", [isGreater, x, try builder.scalar(0, like: x)])
  }
}
