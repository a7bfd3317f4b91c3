import Graph
import KernelRuntime

/// The product of a matrix, quantized by its own range, and a quantized one, as real numbers, plus a bias.
enum MicrosoftDynamicQuantizeMatMulOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("A", "T1"), .one("B", "T2"), .one("b_scale", "T1"), .optional("b_zero_point", "T2"),
        .optional("bias", "T1"),
      ], outputs: [.one("Y", "T1")], types: ["T1": .tensors(.float), "T2": .bytes])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.float, try call.matrixProduct(0, 1)))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let a = try builder.addNode(
      OperatorName("DynamicQuantizeLinear"), [builder.operand(0)], results: ["", "", ""])
    guard a.count == 3 else { return nil }
    let product = try builder.add("MatMulInteger", [a[0], builder.operand(1), a[2], builder.operand(3)])
    let scale = try builder.add("Mul", [a[1], builder.operand(2)])
    let result = try builder.add("Mul", [builder.cast(product, to: .float), scale])
    return [try builder.sum(result, builder.operand(4))]
  }
}
