import Graph

/// There is one scale.
enum QuantizeLinear_13_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["axis"] = nil
    guard builder.rank(try draft.required(1)) == 0 else {
      throw .unsupported("version 10 of QuantizeLinear has one scale for all elements")
    }
  }
}
