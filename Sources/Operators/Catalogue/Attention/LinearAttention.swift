import Graph
import KernelRuntime

/// Attention by a state of fixed size that each step of a sequence updates and reads.
enum LinearAttentionOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (queryHeads, heads) = (try call.int("q_num_heads"), try call.int("kv_num_heads"))
    guard heads > 0, queryHeads > 0, queryHeads % heads == 0 else {
      throw .attribute("LinearAttention has \(queryHeads) query heads for \(heads) of keys and values")
    }
    let stateType = call.has(3) ? try call.elementType(3) : try call.elementType(0)
    guard let q = try call.shape(0, rank: 3), let v = try call.shape(2, rank: 3) else {
      return [
        try call.tensorType(like: 0, call.unknownShape(rank: 3)),
        .tensor(TensorType(stateType, call.has(3) ? try call.shape(3) : call.unknownShape(rank: 4))),
      ]
    }
    for (width, count) in [(q[2], queryHeads), (v[2], heads)] {
      if let width = width.value, width % count != 0 {
        throw .shape("an input of LinearAttention, \(width) wide, does not divide into \(count) heads")
      }
    }
    let keySize = q[2].floorDivided(by: Dimension(queryHeads))
    let valueSize = v[2].floorDivided(by: Dimension(heads))
    let state = [q[0], Dimension(heads), keySize, valueSize]
    return [
      try call.tensorType(like: 0, [q[0], q[1], valueSize * Dimension(queryHeads)]),
      .tensor(TensorType(stateType, state)),
    ]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    LinearAttentionKernel(
      rule: try call.choice("update_rule"), queryHeads: try call.int("q_num_heads"),
      heads: try call.int("kv_num_heads"), scale: Double(try call.float("scale")))
  }
}
