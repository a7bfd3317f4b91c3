import Graph

/// Starts, ends and axes are attributes, and there are no steps.
enum Slice_10_1: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let steps = draft.operand(4), try builder.integers(steps, "steps", of: draft.op).contains(where: { $0 != 1 }) {
      throw .unsupported("version 1 of Slice has no steps")
    }
    for (i, name) in ["starts", "ends", "axes"].enumerated() {
      guard let operand = draft.operand(i + 1) else { continue }
      draft.attributes[name] = .ints(try builder.integers(operand, name, of: draft.op))
    }
    draft.dropOperands(from: 1)
  }
}
