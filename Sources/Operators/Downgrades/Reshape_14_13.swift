import Graph

/// An extent 0 in the shape always means the one of the input.
enum Reshape_14_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.takeInt("allowzero") == 1 else { return }
    let shape = try builder.integers(draft.required(1), "shape", of: draft.op)
    if shape.contains(0) { throw .unsupported("version 13 of Reshape cannot make an extent 0") }
  }
}
