import Graph

/// The operator is withdrawn: both factors are made matrices and multiplied.
enum FC_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try builder.add("Flatten", [draft.required(0)], ["axis": .int(draft.int("axis") ?? 1)])
    let w = try builder.add("Flatten", [draft.required(1)], ["axis": .int(draft.int("axis_w") ?? 1)])
    draft.become("Gemm", [x, w, try draft.required(2)], ["transB": .int(1)])
  }
}
