import Graph

/// Two modes have other names.
enum GridSample_16_20: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let mode = draft.string("mode") ?? "bilinear"
    let names = ["bilinear": "linear", "bicubic": "cubic"]
    draft.attributes["mode"] = .string(names[mode] ?? mode)
  }
}
