import Graph

/// The axis is an attribute.
enum DFT_20_17: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let axis = try draft.operand(2).map { (axis) throws(Diagnostic) in
      try builder.integers(axis, "axis", of: draft.op).first ?? -2
    }
    draft.attributes["axis"] = .int(axis ?? -2)
    draft.dropOperands(from: 2)
  }
}
