import Graph

/// The scales of the last two axes become those of all, and `bilinear` is `linear`.
enum Upsample_1_7: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (height, width) = (draft.takeFloat("height_scale") ?? 1, draft.takeFloat("width_scale") ?? 1)
    draft.attributes["scales"] = .floats([1, 1, height, width])
    if draft.string("mode") == "bilinear" { draft.attributes["mode"] = .string("linear") }
  }
}
