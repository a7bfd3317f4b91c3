import Graph

/// A matrix product with a sum, to which an activation is applied.
enum MicrosoftFusedGemmOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("A", "T"), .one("B", "T"), .optional("C", "T")], outputs: [.one("Y", "T")],
      attributes: [
        .string("activation"), .float("activation_alpha"), .float("activation_beta"), .float("activation_gamma"),
        .float("alpha", 1), .float("beta", 1), .int("transA", 0), .int("transB", 0),
      ], types: ["T": .floats])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { try GemmOp.infer(call) }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let own = call.attributes.filter { !$0.key.hasPrefix("activation") }
    let product = try builder.add("Gemm", [builder.operand(0), builder.operand(1), builder.operand(2)], own)
    var parameters: [Float] = []
    for name in ["activation_alpha", "activation_beta", "activation_gamma"] {
      guard let parameter = try call.optionalFloat(name) else { break }
      parameters.append(parameter)
    }
    let activation = FusedActivation(try call.optionalString("activation"), parameters)
    return [try activation.apply(product, call.elementType(0), &builder)]
  }
}
