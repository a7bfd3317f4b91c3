import Graph

/// Boxes are never shifted by half an element.
enum RoiAlign_16_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.attributes.removeValue(forKey: "coordinate_transformation_mode") == .string("output_half_pixel") else {
      throw .unsupported("version 10 of RoiAlign has no coordinates \"half_pixel\"")
    }
  }
}
