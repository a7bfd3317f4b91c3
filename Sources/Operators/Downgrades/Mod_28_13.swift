import Graph

/// Floats have only the remainder of C; the other one is what division and rounding down leave.
enum Mod_28_13: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (a, b) = (try draft.required(0), try draft.required(1))
    guard draft.int("fmod") ?? 0 == 0, builder.elementType(a)?.isFloatingPoint == true else { return }
    let whole = try builder.add("Floor", [try builder.add("Div", [a, b])])
    draft.become("Sub", [a, try builder.add("Mul", [whole, b])])
  }
}
