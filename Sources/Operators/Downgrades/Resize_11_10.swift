import Graph

/// Coordinates are always divided by the scale, and the nearest neighbour is the lower one where a tensor grows and the
/// upper one where it shrinks.
enum Resize_11_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let mode = draft.string("mode") ?? "nearest"
    guard draft.operand(3) == nil, draft.string("coordinate_transformation_mode") == "asymmetric",
      mode == "linear" || mode == "nearest", let scales = draft.operand(2)
    else { throw .unsupported("version 10 of Resize has no sizes and only the coordinates \"asymmetric\"") }
    if mode == "nearest" {
      let factors = try builder.floats(scales, "scales", of: draft.op)
      let fits: Bool =
        switch draft.string("nearest_mode") {
        case "floor": factors.allSatisfy { $0 >= 1 }
        case "ceil": factors.allSatisfy { $0 <= 1 }
        default: factors.allSatisfy { $0 == 1 }
        }
      guard fits else { throw .unsupported("version 10 of Resize does not know this nearest neighbour") }
    }
    draft.operands = [draft.operand(0), scales]
    draft.attributes = ["mode": .string(mode)]
  }
}
