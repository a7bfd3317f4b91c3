import Graph

/// The logistic function of each element of a quantized tensor.
enum MicrosoftQLinearSigmoidOp: QuantizedUnaryOp {
  static let attributes: [OperatorSchema.Attribute] = []

  static func apply(
    _ x: ValueID, _ call: OperatorCall, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    try builder.add("Sigmoid", [x])
  }
}
