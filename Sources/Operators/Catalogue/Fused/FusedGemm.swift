import Graph
import KernelRuntime

/// A Gemm, to whose result limits and an activation apply.
enum FusedGemmOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("A", "T"), .one("B", "T"), .optional("C", "T")], outputs: [.one("Y", "T")],
      attributes: [.float("alpha", 1), .float("beta", 1), .int("transA", 0), .int("transB", 0)]
        + OperatorSchema.epilogueAttributes, types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { try GemmOp.infer(call) }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let (low, high, activation) = try call.epilogue()
    return GemmKernel(
      alpha: Double(try call.float("alpha")), beta: Double(try call.float("beta")),
      transA: try call.flag("transA"), transB: try call.flag("transB"), low: low, high: high, activation: activation)
  }
}
