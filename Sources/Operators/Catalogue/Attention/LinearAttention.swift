import Graph
import KernelRuntime

/// Attention through a state that each token changes and then reads.
enum LinearAttentionOp: OperatorDefinition {
  /// How a token changes the state.
  private enum Rule: String {
    case linear, gated, delta
    case gatedDelta = "gated_delta"
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let rule = try call.choice("update_rule", of: Rule.self)
    guard call.has(4) == (rule == .gated || rule == .gatedDelta), call.has(5) == (rule == .delta || rule == .gatedDelta)
    else { throw Diagnostic(.error, .arity, "the inputs of \(name) are not those that its update_rule needs") }
    let (heads, shared) = (try call.heads("q_num_heads"), try call.heads("kv_num_heads"))
    guard heads % shared == 0 else {
      throw .attribute("\(heads) heads of \(name) do not divide into \(shared) groups")
    }
    let stateType = try call.elementType(call.has(3) ? 3 : 0)
    guard let q = try call.shape(0, rank: 3), let k = try call.shape(1, rank: 3), let v = try call.shape(2, rank: 3)
    else { return [try call.tensorType(like: 0, nil), .tensor(TensorType(stateType, nil))] }
    let (keySize, valueSize) = (
      k[2].floorDivided(by: Dimension(shared)), v[2].floorDivided(by: Dimension(shared))
    )
    return [
      try call.tensorType(like: 0, [q[0], q[1], Dimension(heads) * valueSize]),
      .tensor(TensorType(stateType, [q[0], Dimension(shared), keySize, valueSize])),
    ]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let scale = try call.float("scale")
    let rule = try call.choice("update_rule", of: Rule.self)
    return LinearAttentionKernel(
      queryHeads: try call.int("q_num_heads"), keyHeads: try call.int("kv_num_heads"),
      scale: scale == 0 ? nil : Double(scale), isDelta: rule == .delta || rule == .gatedDelta)
  }
}
