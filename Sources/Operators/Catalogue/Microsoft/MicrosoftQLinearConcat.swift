import Graph

/// Quantized tensors one behind the other along an axis, each with a scale and a zero point of its own.
enum MicrosoftQLinearConcatOp: QuantizedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("Y_scale", "tensor(float)"), .one("Y_zero_point", "T8"), .variadic("inputs", "TV", atLeast: 3),
      ], outputs: [.one("Y", "T8")], attributes: [.int("axis", isRequired: true)],
      types: ["T8": .bytes, "TV": .tensors(.uint8, .int8, .float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let starts = try starts(call)
    var shapes: [[Dimension]] = []
    for i in starts {
      guard let shape = try call.shape(i) else { return [try call.tensorType(like: 1, nil)] }
      shapes.append(shape)
    }
    return [try call.tensorType(like: 1, call.concatenated(shapes, axis: call.int("axis")))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    var parts: [ValueID] = []
    for i in try starts(call) { parts.append(try builder.dequantized(i)) }
    let result = try builder.add("Concat", parts, ["axis": .int(call.int("axis"))])
    return [try builder.quantized(result, 0, call.elementType(1))]
  }

  /// The operands that are tensors; behind each stand its scale and zero point.
  private static func starts(_ call: OperatorCall) throws(Diagnostic) -> [Int] {
    guard call.operands.count >= 5, (call.operands.count - 2) % 3 == 0 else {
      throw Diagnostic(.error, .arity, "\(name) takes three inputs for each tensor behind its first two")
    }
    return Array(stride(from: 2, to: call.operands.count, by: 3))
  }
}
