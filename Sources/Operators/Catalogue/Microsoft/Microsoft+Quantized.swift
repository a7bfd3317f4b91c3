import Graph
import KernelRuntime

/// An operator on 8-bit numbers, said by the operator on real ones between a dequantization and a quantization.
protocol QuantizedOp: MicrosoftOp {}

extension NodeBuilder {
  /// Operand `i` as real numbers; its scale is operand `i + 1`, its zero point operand `i + 2`, where there is one.
  mutating func dequantized(_ i: Int) throws(Diagnostic) -> ValueID {
    try add("DequantizeLinear", [operand(i), operand(i + 1), operand(i + 2)])
  }

  /// Real numbers in a quantized type; their scale is operand `i`, their zero point operand `i + 1`, where there is one.
  mutating func quantized(_ x: ValueID, _ i: Int, _ type: ElementType) throws(Diagnostic) -> ValueID {
    if let zero = operand(i + 1) { return try add("QuantizeLinear", [x, operand(i), zero]) }
    return try add("QuantizeLinear", [x, operand(i)], ["output_dtype": .int(Int(type.rawValue))])
  }
}

/// A quantized function of each element.
protocol QuantizedUnaryOp: QuantizedOp, SameTypeOp {
  static var attributes: [OperatorSchema.Attribute] { get }
  static func apply(
    _ x: ValueID, _ call: OperatorCall, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID
}

extension QuantizedUnaryOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("X", "T"), .one("X_scale", "tensor(float)"), .optional("X_zero_point", "T"),
        .one("Y_scale", "tensor(float)"), .optional("Y_zero_point", "T"),
      ], outputs: [.one("Y", "T")], attributes: attributes, types: ["T": .bytes])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let result = try apply(builder.dequantized(0), call, &builder)
    return [try builder.quantized(result, 3, call.elementType(0))]
  }
}

/// A quantized function of pairs of elements, broadcast against each other.
protocol QuantizedBinaryOp: QuantizedOp {
  /// The standard operator on real numbers.
  static var function: String { get }
}

extension QuantizedBinaryOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("A", "T"), .one("A_scale", "tensor(float)"), .optional("A_zero_point", "T"), .one("B", "T"),
        .one("B_scale", "tensor(float)"), .optional("B_zero_point", "T"), .one("C_scale", "tensor(float)"),
        .optional("C_zero_point", "T"),
      ], outputs: [.one("C", "T")], types: ["T": .bytes])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, call.broadcast([call.shape(0), call.shape(3)]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let result = try builder.add(function, [builder.dequantized(0), builder.dequantized(3)])
    return [try builder.quantized(result, 6, call.elementType(0))]
  }
}

/// A quantized mean over spatial dimensions, which come before the channels or behind them.
protocol QuantizedPoolOp: QuantizedOp {
  static var attributes: [OperatorSchema.Attribute] { get }
  /// The standard operator on real numbers.
  static var function: any OperatorDefinition.Type { get }
}

extension QuantizedPoolOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("X", "T"), .one("x_scale", "tensor(float)"), .optional("x_zero_point", "T"),
        .one("y_scale", "tensor(float)"), .optional("y_zero_point", "T"),
      ], outputs: [.one("Y", "T")], attributes: attributes, types: ["T": .bytes])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard try call.flag("channels_last") else { return [try function.infer(call)[0]] }
    return try call.channelsLast { (call) throws(Diagnostic) in [try function.infer(call)[0]] }
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let own = call.attributes.filter { $0.key != "channels_last" }
    let x = try builder.dequantized(0)
    let means =
      try call.flag("channels_last")
      ? builder.channelsLast(x, call) { (x, builder) throws(Diagnostic) in
        [try builder.add(function.name.type, [x], own)]
      } : [builder.add(function.name.type, [x], own)]
    return [try builder.quantized(means[0], 3, call.elementType(0))]
  }
}
