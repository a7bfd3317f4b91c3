import Graph
import KernelRuntime

/// A Gemm of quantized matrices, whose bias is added to the integers' sums: as quantized numbers where the result has a
/// scale, or as real ones.
enum MicrosoftQGemmOp: QuantizedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("A", "TA"), .one("a_scale", "T"), .one("a_zero_point", "TA"), .one("B", "TB"), .one("b_scale", "T"),
        .one("b_zero_point", "TB"), .optional("C", "TC"), .optional("y_scale", "T"), .optional("y_zero_point", "TYZ"),
      ], outputs: [.one("Y", "TY")], attributes: [.float("alpha", 1), .int("transA", 0), .int("transB", 0)],
      types: [
        "T": .tensors(.float), "TA": .bytes, "TB": .bytes, "TC": .tensors(.int32), "TYZ": .bytes,
        "TY": .tensors(.float, .uint8, .int8),
      ])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type: ElementType = try call.has(7) ? call.has(8) ? call.elementType(8) : call.elementType(0) : .float
    guard var a = try call.shape(0, rank: 2), var b = try call.shape(3, rank: 2) else {
      return [.tensor(TensorType(type, call.unknownShape(rank: 2)))]
    }
    if try call.flag("transA") { a.reverse() }
    if try call.flag("transB") { b.reverse() }
    _ = try call.unify(a[1], b[0], "the inner extents")
    return [.tensor(TensorType(type, [a[0], b[1]]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    func factor(_ i: Int, _ transposed: String, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
      guard try call.flag(transposed), let matrix = builder.operand(i) else { return builder.operand(i) }
      return try builder.add("Transpose", [matrix], ["perm": .ints([1, 0])])
    }
    let (a, b) = (try factor(0, "transA", &builder), try factor(3, "transB", &builder))
    let product = try builder.add("MatMulInteger", [a, b, builder.operand(2), builder.operand(5)])
    let sums = try builder.cast(builder.sum(product, builder.operand(6)), to: .float)
    let scale = try builder.scaled(
      builder.add("Mul", [builder.operand(1), builder.operand(4)]), by: try call.float("alpha"), .float)
    let result = try builder.add("Mul", [sums, scale])
    guard call.has(7) else { return [result] }
    return [try builder.quantized(result, 7, call.has(8) ? call.elementType(8) : call.elementType(0))]
  }
}
