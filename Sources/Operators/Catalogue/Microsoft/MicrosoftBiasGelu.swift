import Graph

/// The Gaussian error linear unit of its operand plus a bias.
enum MicrosoftBiasGeluOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("A", "T"), .one("B", "T")], outputs: [.one("C", "T")], types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    [try builder.add("Gelu", [builder.sum(builder.required(0), builder.operand(1))])]
  }
}
