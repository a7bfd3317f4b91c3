import Graph

/// The approximation of the Gaussian error linear unit by a hyperbolic tangent, of its operand plus a bias.
enum MicrosoftFastGeluOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .optional("bias", "T")], outputs: [.one("Y", "T")], types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let sum = try builder.sum(builder.required(0), builder.operand(1))
    return [try builder.add("Gelu", [sum], ["approximate": .string("tanh")])]
  }
}
