import Graph

/// Scales and sizes are given for all axes.
enum Resize_18_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.operand(3) == nil { draft.attributes["keep_aspect_ratio_policy"] = nil }
    guard let axes = draft.takeInts("axes") else { return }
    if draft.operand(1) != nil { throw .unsupported("version 13 of Resize has no regions along some axes") }
    let x = try draft.required(0)
    guard let rank = builder.rank(x) else { throw .unsupported("Resize along some axes of a tensor of unknown rank") }
    let places = try builder.constant(axes.map { $0 < 0 ? $0 + rank : $0 })
    if let scales = draft.operand(2) {
      let ones = try builder.constant(Array(repeating: Float(1), count: rank))
      draft.operands[2] = try builder.add("ScatterElements", [ones, places, scales])
    }
    if let sizes = draft.operand(3) {
      draft.operands[3] = try builder.add("ScatterElements", [try builder.add("Shape", [x]), places, sizes])
    }
  }
}
