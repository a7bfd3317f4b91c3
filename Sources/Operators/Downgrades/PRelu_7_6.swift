import Graph

/// A slope for each channel is a vector; any other slope is of the input's shape or one number.
enum PRelu_7_6: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (x, slope) = (try draft.required(0), try draft.required(1))
    guard let a = builder.type(x)?.tensor?.shape, let b = builder.type(slope)?.tensor?.shape else {
      throw .unsupported("before version 7 PRelu must know the ranks of its inputs")
    }
    if a == b || b.count == 1 && b[0].value == 1 { return }
    // The slope's axes counted as the input's, of which only the channels' may have an extent.
    let first = a.count - b.count
    guard first >= 0, b.enumerated().allSatisfy({ $1.value == 1 || $0 + first == 1 && $1 == a[1] }) else {
      throw .unsupported("before version 7 PRelu stretches its slope along the channels only")
    }
    draft.operands[1] = try builder.add("Reshape", [slope, builder.constant([-1])])
  }
}
