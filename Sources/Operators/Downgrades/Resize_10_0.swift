import Graph

/// Before it came there was Upsample, for tensors that grow.
enum Resize_10_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let factors = try builder.floats(draft.required(1), "scales", of: draft.op)
    guard factors.allSatisfy({ $0 >= 1 }) else { throw .unsupported("Upsample cannot make a tensor smaller") }
    draft.op = OperatorName("Upsample")
    draft.version = 9
  }
}
