import Graph

/// Boxes are shifted by half an element by default; until then they never were.
enum RoiAlign_10_16: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.setDefault("coordinate_transformation_mode", .string("output_half_pixel"))
  }
}
