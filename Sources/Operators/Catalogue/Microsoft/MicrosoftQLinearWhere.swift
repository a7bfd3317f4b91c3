import Graph

/// Elements of one quantized tensor or of another, by a condition.
enum MicrosoftQLinearWhereOp: QuantizedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("condition", "tensor(bool)"), .one("X", "T"), .one("x_scale", "tensor(float)"), .one("x_zero_point", "T"),
        .one("Y", "T"), .one("y_scale", "tensor(float)"), .one("y_zero_point", "T"),
        .one("z_scale", "tensor(float)"), .one("z_zero_point", "T"),
      ], outputs: [.one("Z", "T")], types: ["T": .bytes])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 1, call.broadcast([call.shape(0), call.shape(1), call.shape(4)]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let result = try builder.add("Where", [builder.operand(0), builder.dequantized(1), builder.dequantized(4)])
    return [try builder.quantized(result, 7, call.elementType(1))]
  }
}
