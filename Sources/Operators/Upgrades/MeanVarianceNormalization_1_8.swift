import Graph

/// The axes are listed; until then an attribute said whether the channels are among them, and another whether to divide by
/// the deviation.
enum MeanVarianceNormalization_1_8: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let axes = draft.takeInt("across_channels") ?? 0 == 0 ? [0, 2, 3] : [0, 1, 2, 3]
    if draft.takeInt("normalize_variance") == 0 {
      draft.become("Sub", [x, try builder.add("ReduceMean", [x, try builder.constant(axes)])])
    } else {
      draft.attributes["axes"] = .ints(axes)
    }
  }
}
