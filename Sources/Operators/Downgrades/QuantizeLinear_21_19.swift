import Graph

/// The type of the result is that of the zero point.
enum QuantizeLinear_21_19: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let type = draft.takeInt("output_dtype"), type != 0, draft.operand(2) == nil else { return }
    let zeros = try builder.add("ConstantOfShape", [try builder.add("Shape", [draft.required(1)])])
    draft.setOperand(2, to: try builder.add("Cast", [zeros], ["to": .int(type)]))
  }
}
