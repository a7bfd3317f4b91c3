import Graph

/// The Gaussian error linear unit of each element.
enum MicrosoftGeluOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(name, inputs: [.one("X", "T")], outputs: [.one("Y", "T")], types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    [try builder.add("Gelu", [builder.operand(0)])]
  }
}
