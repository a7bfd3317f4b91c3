import Graph

/// The operator is withdrawn: Slice takes the same part of `[N, C, H, W]`.
///
/// `border` is how much to leave out at the left, top, right and bottom; with `scale`, the height and width to keep, only
/// its first two elements count.
enum Crop_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let border = draft.ints("border") ?? [0, 0, 0, 0]
    guard border.count == 4, border.allSatisfy({ (0..<Int(Int32.max)).contains($0) }) else {
      throw .attribute("the attribute \"border\" of \(draft.op) must be four numbers that are not negative")
    }
    let (left, top) = (border[0], border[1])
    // An end of 0 would leave nothing: the farthest there can be stands for it.
    var ends = [border[3], border[2]].map { $0 == 0 ? Int.max : -$0 }
    if let scale = draft.ints("scale"), !scale.isEmpty {
      guard scale.count == 2, scale.allSatisfy({ (0..<Int(Int32.max)).contains($0) }) else {
        throw .attribute("the attribute \"scale\" of \(draft.op) must be a height and a width")
      }
      ends = [top + scale[0], left + scale[1]]
    }
    let starts = try builder.constant([top, left])
    draft.become(
      "Slice", [try draft.required(0), starts, try builder.constant(ends), try builder.constant([2, 3])])
  }
}
