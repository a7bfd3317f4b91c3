import Graph
import KernelRuntime

/// One operand's Swish times the other operand.
enum SwiGLUOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...1)
    guard let a = try call.shape(0), let b = try call.shape(1, rank: a.count) else {
      return [.tensor(TensorType(type, nil))]
    }
    var shape: [Dimension] = []
    for (x, y) in zip(a, b) { shape.append(try call.unify(x, y, "the extents of gate and value")) }
    return [.tensor(TensorType(type, shape))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard builder.operands.count == 2 else { return nil }
    let gate = try builder.add("Swish", [builder.operands[0]], ["alpha": .float(call.float("alpha"))])
    return [try builder.add("Mul", [gate, builder.operands[1]])]
  }
}
