import Graph
import KernelRuntime

/// A matrix product, to whose columns a bias and to whose elements a tensor of the result's shape is added; then limits
/// and an activation apply.
enum FusedMatMulOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("A", "T"), .one("B", "T"), .optional("C", "T"), .optional("Z", "T")],
      outputs: [.one("Y", "T")], attributes: OperatorSchema.epilogueAttributes, types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...3), try call.matrixProduct(0, 1)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let (low, high, activation) = try call.epilogue()
    return MatMulKernel(low: low, high: high, activation: activation)
  }
}
