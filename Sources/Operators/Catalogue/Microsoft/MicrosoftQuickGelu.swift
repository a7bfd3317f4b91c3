import Graph

/// The approximation of the Gaussian error linear unit by a sigmoid: `x · sigmoid(alpha · x)`.
enum MicrosoftQuickGeluOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T")], outputs: [.one("Y", "T")], attributes: [.float("alpha", 1.702)],
      types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    [try builder.add("Swish", [builder.operand(0)], ["alpha": .float(call.float("alpha"))])]
  }
}
