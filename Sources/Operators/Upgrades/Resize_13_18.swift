import Graph

/// The coordinates `tf_half_pixel_for_nn` are gone: version 13 still had them when it came out. They lie half an element
/// above those of `half_pixel`, which another choice of the nearest neighbour makes up for.
enum Resize_13_18: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.string("coordinate_transformation_mode") == "tf_half_pixel_for_nn" else { return }
    let neighbour = draft.string("nearest_mode") ?? "round_prefer_floor"
    guard let name = ["floor": "round_prefer_ceil", "round_prefer_floor": "ceil"][neighbour],
      draft.string("mode") ?? "nearest" == "nearest"
    else { throw .unsupported("Resize with the coordinates tf_half_pixel_for_nn and the nearest mode \(neighbour)") }
    draft.attributes["coordinate_transformation_mode"] = .string("half_pixel")
    draft.attributes["nearest_mode"] = .string(name)
  }
}
