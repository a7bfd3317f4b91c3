import Graph

/// Two modes have other names.
enum GridSample_16_20: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let mode = draft.string("mode") ?? "bilinear"
    guard let name = ["bilinear": "linear", "bicubic": "cubic", "nearest": "nearest"][mode] else {
      throw .attribute("the attribute \"mode\" of GridSample-16 is \"\(mode)\", which is none of its modes")
    }
    draft.attributes["mode"] = .string(name)
  }
}
