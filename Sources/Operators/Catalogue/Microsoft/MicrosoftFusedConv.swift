import Graph

/// A convolution, to which a residual is added and then an activation applied.
enum MicrosoftFusedConvOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T"), .optional("Z", "T")],
      outputs: [.one("Y", "T")],
      attributes: [
        .string("activation"), .floats("activation_params"), .string("auto_pad", "NOTSET"), .ints("dilations"),
        .int("group", 1), .ints("kernel_shape"), .ints("pads"), .ints("strides"),
      ], types: ["T": .floats])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...3), try call.convolvedShape(bias: 2)))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let own = call.attributes.filter { !$0.key.hasPrefix("activation") }
    let product = try builder.add("Conv", [builder.operand(0), builder.operand(1), builder.operand(2)], own)
    let sum = try builder.sum(product, builder.operand(3))
    let activation = FusedActivation(
      try call.optionalString("activation"), try call.optionalFloats("activation_params") ?? [])
    return [try activation.apply(sum, call.elementType(0), &builder)]
  }
}
