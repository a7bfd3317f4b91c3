import Graph

/// The axes are an attribute.
enum ReduceSumSquare_18_13: ReductionDowngrade {
  static func withoutAxes(_ draft: inout NodeDraft, _ x: ValueID, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.become("Mul", [x, x])
  }
}
