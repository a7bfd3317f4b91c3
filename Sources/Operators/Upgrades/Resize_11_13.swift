import Graph

/// Inputs that do not matter are left out instead of empty.
enum Resize_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.operand(3) != nil {
      draft.operands[2] = nil
    } else if draft.operands.count > 3 {
      draft.dropOperands(from: 3)
    }
    if draft.string("coordinate_transformation_mode") != "tf_crop_and_resize" { draft.operands[1] = nil }
  }
}
