import Graph
import KernelRuntime

/// Attention: for each query the mean of the values, weighted by how well their keys fit.
enum AttentionOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let q = try call.shape(0), let k = try call.shape(1), let v = try call.shape(2) else {
      var results: [ValueType] = []
      for i in [0, 1, 2, 0] { results.append(try call.tensorType(like: i, nil)) }
      return results
    }
    let query = try Heads(q, call.optionalInt("q_num_heads"), 0)
    let key = try Heads(k, call.optionalInt("kv_num_heads"), 1)
    let value = try Heads(v, call.optionalInt("kv_num_heads"), 2)
    let batch = try call.unify(query.batch, key.batch, "the batches of queries and keys")
    _ = try call.unify(key.batch, value.batch, "the batches of keys and values")
    _ = try call.unify(key.heads, value.heads, "the heads of keys and values")
    _ = try call.unify(query.size, key.size, "the sizes of queries and keys")
    var total = try call.unify(key.length, value.length, "the lengths of keys and values")
    if let heads = query.heads.value, let shared = key.heads.value, shared == 0 || heads % shared != 0 {
      throw .shape("\(heads) query heads of Attention do not divide into \(shared) groups")
    }
    guard call.has(4) == call.has(5) else {
      throw Diagnostic(.error, .arity, "Attention takes both past inputs or none")
    }
    if call.has(4) {
      let past = try call.shape(4, rank: 4)
      total = past.map { $0[2] + total } ?? .local("total")
    }
    let output =
      q.count == 4
      ? [batch, query.heads, query.length, value.size] : [batch, query.length, query.heads * value.size]
    return [
      try call.tensorType(like: 0, output),
      try call.tensorType(like: 1, [batch, key.heads, total, key.size]),
      try call.tensorType(like: 2, [batch, value.heads, total, value.size]),
      try call.tensorType(like: 0, [batch, query.heads, query.length, total]),
    ]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    AttentionKernel(
      isCausal: try call.flag("is_causal"), qNumHeads: try call.optionalInt("q_num_heads"),
      kvNumHeads: try call.optionalInt("kv_num_heads"), scale: try call.optionalFloat("scale").map(Double.init),
      softcap: Double(try call.float("softcap")), qkMatmulOutputMode: try call.int("qk_matmul_output_mode"),
      leftWindowSize: try call.int("left_window_size"), rightWindowSize: try call.int("right_window_size"))
  }

  /// The extents of queries, keys or values in either layout.
  private struct Heads {
    let batch: Dimension
    let heads: Dimension
    let length: Dimension
    let size: Dimension

    init(_ shape: [Dimension], _ count: Int?, _ i: Int) throws(Diagnostic) {
      switch shape.count {
      case 4: (batch, heads, length, size) = (shape[0], shape[1], shape[2], shape[3])
      case 3:
        guard let count, count > 0 else {
          throw .attribute("Attention lacks the number of heads for input \(i), which has 3 dimensions")
        }
        if let width = shape[2].value, width % count != 0 {
          throw .shape("input \(i) of Attention, \(width) wide, does not divide into \(count) heads")
        }
        (batch, heads, length) = (shape[0], Dimension(count), shape[1])
        size = shape[2].floorDivided(by: Dimension(count))
      default: throw .shape("input \(i) of Attention must have 3 or 4 dimensions, not \(shape.count)")
      }
    }
  }
}
