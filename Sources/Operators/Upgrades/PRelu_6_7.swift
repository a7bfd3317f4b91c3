import Graph

/// A slope for each channel, until then a vector, must be broadcastable to the input: it gets an axis of extent 1 for
/// each one behind the channels.
enum PRelu_6_7: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let slope = try draft.required(1)
    if builder.extent(slope, 0) == 1 && builder.rank(slope) == 1 { return }
    draft.operands[1] = try builder.align(slope, at: 1, of: draft.required(0))
  }
}
