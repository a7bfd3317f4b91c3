import Graph

/// The widths and the value are attributes.
enum Pad_11_2: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["pads"] = .ints(try builder.integers(draft.required(1), "pads", of: draft.op))
    if let value = draft.operand(2), let number = try builder.floats(value, "constant_value", of: draft.op).first {
      draft.attributes["value"] = .float(number)
    }
    draft.dropOperands(from: 1)
  }
}
