import Graph

/// The softmax of a sum of scores and a bias, over the dimensions from an axis on.
enum MicrosoftBiasSoftmaxOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("data", "T"), .one("bias", "T")], outputs: [.one("output", "T")],
      attributes: [.int("axis", 1), .int("is_inner_broadcast", isRequired: true)], types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let rank = try call.shape(0)?.count else { throw .unsupported("\(name) of a tensor of unknown rank") }
    let axis = try call.axis(call.int("axis"), rank: rank)
    // Which dimensions the bias lacks is_inner_broadcast says; broadcasting finds it out by itself.
    let sum = try builder.sum(builder.required(0), builder.operand(1))
    return [try builder.softmax(sum, from: axis, rank: rank)]
  }
}

extension NodeBuilder {
  /// The softmax over all dimensions from an axis on, as operator sets before 13 had it.
  mutating func softmax(_ x: ValueID, from axis: Int, rank: Int) throws(Diagnostic) -> ValueID {
    if axis == rank - 1 { return try add("Softmax", [x], ["axis": .int(-1)]) }
    let flat = try add("Flatten", [x], ["axis": .int(axis)])
    return try add("Reshape", [add("Softmax", [flat], ["axis": .int(-1)]), add("Shape", [x])])
  }
}
