import Graph
import KernelRuntime

/// The product with a matrix whose elements are stored in a few bits each, quantized block by block.
enum MicrosoftMatMulNBitsOp: OperatorDefinition {
  static let domain = "com.microsoft"
  static let name = OperatorName("MatMulNBits", domain: domain)

  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("A", "T1"), .one("B", "T2"), .one("scales", "T1"), .optional("zero_points", "T3"),
        .optional("g_idx", "T4"), .optional("bias", "T1"),
      ], outputs: [.one("Y", "T1")],
      attributes: [
        .int("K", isRequired: true), .int("N", isRequired: true), .int("accuracy_level", 0), .int("bits", 4),
        .int("block_size", isRequired: true), .int("weight_prepacked", 0),
      ],
      types: [
        "T1": .floats, "T2": .tensors(.uint8), "T3": .tensors(.uint8, .float, .float16, .bfloat16),
        "T4": .tensors(.int32),
      ])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (k, n) = (try call.int("K"), try call.int("N"))
    guard k >= 0, n >= 0 else { throw .attribute("K or N of \(name) is negative") }
    guard let a = try call.shape(0, minimumRank: 1) else { return [try call.tensorType(like: 0, nil)] }
    _ = try call.unify(a[a.count - 1], Dimension(k), "the last extent of input 0 and K")
    return [try call.tensorType(like: 0, a.dropLast() + [Dimension(n)])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    try call.refuse(operands: [4], flags: ["weight_prepacked"])
    return MatMulNBitsKernel(
      depth: try call.int("K"), columns: try call.int("N"), bits: try call.int("bits"),
      blockSize: try call.int("block_size"))
  }
}
