import Graph
import KernelRuntime

/// One operand's Swish times the other operand.
enum SwiGLUOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...1), try call.broadcast([call.shape(0), call.shape(1)])))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard builder.operands.count == 2 else { return nil }
    let gate = try builder.add("Swish", [builder.operands[0]], ["alpha": .float(call.float("alpha"))])
    return [try builder.add("Mul", [gate, builder.operands[1]])]
  }
}
