import Graph
import KernelRuntime

/// The product of quantized matrices as real numbers, plus a bias.
enum MicrosoftMatMulIntegerToFloatOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("A", "T1"), .one("B", "T2"), .one("a_scale", "T3"), .one("b_scale", "T3"), .optional("a_zero_point", "T1"),
        .optional("b_zero_point", "T2"), .optional("bias", "T3"),
      ], outputs: [.one("Y", "T3")], types: ["T1": .bytes, "T2": .bytes, "T3": .tensors(.float, .float16)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 2, call.matrixProduct(0, 1))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let product = try builder.add(
      "MatMulInteger", [builder.operand(0), builder.operand(1), builder.operand(4), builder.operand(5)])
    let scale = try builder.add("Mul", [builder.operand(2), builder.operand(3)])
    let result = try builder.add("Mul", [builder.cast(product, to: call.elementType(2)), scale])
    return [try builder.sum(result, builder.operand(6))]
  }
}
