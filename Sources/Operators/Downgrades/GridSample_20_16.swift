import Graph

/// Two modes have other names, and there are no more than two dimensions.
enum GridSample_20_16: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let mode = draft.string("mode") ?? "linear"
    let names = ["linear": "bilinear", "cubic": "bicubic"]
    draft.attributes["mode"] = .string(names[mode] ?? mode)
    if let rank = builder.rank(try draft.required(0)), rank != 4 {
      throw .unsupported("version 16 of GridSample takes images of two dimensions only")
    }
  }
}
