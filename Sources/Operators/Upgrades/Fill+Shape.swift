import Graph

extension NodeDraft {
  /// The shape that the withdrawn operators ConstantFill and GivenTensorFill fill: that of the attribute `shape`, or
  /// the input's own, or with `input_as_shape` the one that the input holds; the two latter with the axes of
  /// `extra_shape` behind them.
  func filledShape(_ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
    guard let input = operand(0) else { return try builder.constant(ints("shape") ?? []) }
    let given = int("input_as_shape") ?? 0 != 0
    let shape = given ? try builder.add("Cast", [input], ["to": .int(7)]) : try builder.add("Shape", [input])
    guard let extra = ints("extra_shape"), !extra.isEmpty else { return shape }
    return try builder.add("Concat", [shape, try builder.constant(extra)], ["axis": .int(0)])
  }
}
