import Graph

/// The leaky rectifier of each element of a quantized tensor.
enum MicrosoftQLinearLeakyReluOp: QuantizedUnaryOp {
  static let attributes: [OperatorSchema.Attribute] = [.float("alpha", 0.01)]

  static func apply(
    _ x: ValueID, _ call: OperatorCall, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    try builder.add("LeakyRelu", [x], ["alpha": .float(call.float("alpha"))])
  }
}
