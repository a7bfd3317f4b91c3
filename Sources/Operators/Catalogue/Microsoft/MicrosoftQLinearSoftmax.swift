import Graph

/// The softmax of a quantized tensor along an axis; over all dimensions from the axis on for operator sets before 13.
enum MicrosoftQLinearSoftmaxOp: QuantizedUnaryOp {
  static let attributes: [OperatorSchema.Attribute] = [.int("axis", -1), .int("opset", isRequired: true)]

  static func apply(
    _ x: ValueID, _ call: OperatorCall, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    guard let rank = try call.shape(0)?.count else { throw .unsupported("\(name) of a tensor of unknown rank") }
    let axis = try call.axis(call.int("axis"), rank: rank)
    if try call.int("opset") < 13 { return try builder.softmax(x, from: axis, rank: rank) }
    return try builder.add("Softmax", [x], ["axis": .int(axis)])
  }
}
