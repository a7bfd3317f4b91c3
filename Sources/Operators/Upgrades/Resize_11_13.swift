import Graph

/// Inputs that do not matter are left out instead of empty, and the coordinates `tf_half_pixel_for_nn` are gone. They
/// lie half an element above those of `half_pixel`, which another choice of the nearest neighbour makes up for.
enum Resize_11_13: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.operand(3) != nil {
      draft.operands[2] = nil
    } else if draft.operands.count > 3 {
      draft.dropOperands(from: 3)
    }
    let mode = draft.string("coordinate_transformation_mode")
    if mode != "tf_crop_and_resize" { draft.operands[1] = nil }
    guard mode == "tf_half_pixel_for_nn" else { return }
    let neighbour = draft.string("nearest_mode") ?? "round_prefer_floor"
    guard let name = ["floor": "round_prefer_ceil", "round_prefer_floor": "ceil"][neighbour],
      draft.string("mode") ?? "nearest" == "nearest"
    else { throw .unsupported("Resize with the coordinates tf_half_pixel_for_nn and the nearest mode \(neighbour)") }
    draft.attributes["coordinate_transformation_mode"] = .string("half_pixel")
    draft.attributes["nearest_mode"] = .string(name)
  }
}
