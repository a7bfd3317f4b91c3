import Graph

/// Coordinates cannot be symmetric.
enum Resize_19_18: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let mode = draft.string("coordinate_transformation_mode")
    if mode == "half_pixel_symmetric" {
      throw .unsupported("version 18 of Resize has no coordinates \"half_pixel_symmetric\"")
    }
  }
}
