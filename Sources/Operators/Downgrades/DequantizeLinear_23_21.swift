import Graph

/// The type of the result is that of the scale.
enum DequantizeLinear_23_21: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let type = draft.takeInt("output_dtype"), type != 0 else { return }
    draft.operands[1] = try builder.add("Cast", [draft.required(1)], ["to": .int(type)])
  }
}
