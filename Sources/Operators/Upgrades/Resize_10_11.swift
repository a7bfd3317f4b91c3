import Graph

/// From version 11 on attributes say how coordinates map and which neighbour is the nearest. Until then an output
/// coordinate was divided by the scale, and the nearest neighbour was the lower one where a tensor grows and the upper
/// one where it shrinks.
enum Resize_10_11: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let scales = try draft.required(1)
    draft.attributes["coordinate_transformation_mode"] = .string("asymmetric")
    guard draft.string("mode") ?? "nearest" == "nearest" else {
      draft.operands = [x, nil, scales]
      return
    }
    var shrinking = draft.attributes
    shrinking["nearest_mode"] = .string("ceil")
    draft.attributes["nearest_mode"] = .string("floor")
    let factors = builder.known(scales)?.doubles
    if let factors, factors.allSatisfy({ $0 >= 1 }) {
      draft.operands = [x, nil, scales]
    } else if let factors, factors.allSatisfy({ $0 <= 1 }) {
      draft.operands = [x, nil, scales]
      draft.attributes = shrinking
    } else {
      // Axes are independent: first those that grow, then those that shrink.
      let one = try builder.constant(1, .float)
      let grown = try builder.add("Resize", [x, nil, try builder.add("Max", [scales, one])], draft.attributes)
      draft.operands = [grown, nil, try builder.add("Min", [scales, one])]
      draft.attributes = shrinking
    }
  }
}
