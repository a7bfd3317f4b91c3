import Graph

/// Simpler operators say it, step by step as the standard's own function does.
///
/// Refused are what version 23 has not, a cache that is kept outside, and ranks and sizes that the model does not declare.
enum Attention_23_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.operand(6) == nil else {
      throw .unsupported("Attention with nonpad_kv_seqlen cannot be said without the operator")
    }
    for name in ["left_window_size", "right_window_size"] where draft.int(name) ?? -1 != -1 {
      throw .unsupported("Attention with \(name) cannot be said without the operator")
    }
    let isFlat = builder.rank(try draft.required(0)) == 3
    let query = try builder.heads(draft.required(0), draft.int("q_num_heads"))
    var key = try builder.heads(draft.required(1), draft.int("kv_num_heads"))
    var value = try builder.heads(draft.required(2), draft.int("kv_num_heads"))
    if let past = draft.operand(4) { key = try builder.add("Concat", [past, key], ["axis": .int(2)]) }
    if let past = draft.operand(5) { value = try builder.add("Concat", [past, value], ["axis": .int(2)]) }
    let present = [key, value]
    guard let queryHeads = builder.extent(query, 1), let heads = builder.extent(key, 1), heads > 0,
      let size = builder.extent(query, 3), size > 0
    else { throw .unsupported("Attention with heads of unknown number or size") }
    if queryHeads != heads {
      key = try builder.repeatHeads(key, queryHeads, each: queryHeads / heads)
      value = try builder.repeatHeads(value, queryHeads, each: queryHeads / heads)
    }
    // Both factors take the root of the scale, so that half precision does not overflow.
    let scale = draft.float("scale") ?? 1 / Float(size).squareRoot()
    let root = try builder.scalar(scale.squareRoot(), like: query)
    let scaledKey = try builder.add("Mul", [key, root])
    let columns = try builder.add("Transpose", [scaledKey], ["perm": .ints([0, 1, 3, 2])])
    var scores = try builder.add("MatMul", [try builder.add("Mul", [query, root]), columns])
    var stages = [scores]
    if let cap = draft.float("softcap"), cap != 0 {
      let bound = try builder.scalar(cap, like: query)
      let bent = try builder.add("Tanh", [try builder.add("Div", [scores, bound])])
      scores = try builder.add("Mul", [bent, bound])
    }
    stages.append(scores)
    let least = try builder.scalar(-.infinity, like: query)
    let zero = try builder.scalar(0, like: query)
    if draft.int("is_causal") ?? 0 != 0 {
      let length = try builder.extentVector(query, 2)
      let total = try builder.extentVector(key, 2)
      let past = try draft.operand(4).map { (past) throws(Diagnostic) in try builder.extentVector(past, 2) }
      var rows = try builder.upTo(length)
      if let past { rows = try builder.add("Add", [rows, past]) }
      let column = try builder.add("Unsqueeze", [rows, try builder.constant([1])])
      let isSeen = try builder.add("LessOrEqual", [try builder.upTo(total), column])
      scores = try builder.add("Add", [scores, try builder.add("Where", [isSeen, zero, least])])
    }
    if var mask = draft.operand(3) {
      guard let shape = builder.type(mask)?.tensor?.shape, let full = builder.type(scores)?.tensor?.shape,
        let width = shape.last, width == full.last || width.value == 1
      else { throw .unsupported("Attention with a mask that may be shorter than the keys") }
      if builder.elementType(mask) == .bool { mask = try builder.add("Where", [mask, zero, least]) }
      scores = try builder.add("Add", [scores, mask])
    }
    stages.append(scores)
    let precision = draft.int("softmax_precision")
    let wide = try precision.map { (code) throws(Diagnostic) in
      try builder.add("Cast", [scores], ["to": .int(code)])
    }
    var weights = try builder.add("Softmax", [wide ?? scores], ["axis": .int(-1)])
    if wide != nil { weights = try builder.add("CastLike", [weights, query]) }
    if draft.operand(3) != nil {
      // Where every key is masked there is no weight to share out.
      let greatest = try builder.add("ReduceMax", [scores, try builder.constant([-1])])
      let isEmpty = try builder.add("Equal", [greatest, least])
      weights = try builder.add("Where", [isEmpty, zero, weights])
    }
    stages.append(weights)
    while draft.results.count > 1 {
      let i = draft.results.count - 1
      draft.giveLastResult(i == 3 ? stages[min(max(draft.int("qk_matmul_output_mode") ?? 0, 0), 3)] : present[i - 1])
    }
    let result = try builder.add("MatMul", [weights, value])
    guard isFlat else { return draft.become("Identity", [result]) }
    let rows = try builder.add("Transpose", [result], ["perm": .ints([0, 2, 1, 3])])
    draft.become("Reshape", [rows, try builder.constant([0, 0, -1])])
  }
}

extension NodeBuilder {
  /// Queries, keys or values as `[batch, heads, length, size]`.
  fileprivate mutating func heads(_ x: ValueID, _ count: Int?) throws(Diagnostic) -> ValueID {
    guard let rank = rank(x) else { throw .unsupported("Attention of a tensor of unknown rank") }
    guard rank == 3 else { return x }
    guard let count, count > 0 else { throw .attribute("Attention lacks the number of heads") }
    let split = try add("Reshape", [x, try constant([0, 0, count, -1])])
    return try add("Transpose", [split], ["perm": .ints([0, 2, 1, 3])])
  }

  /// Keys or values with each head several times in a row.
  fileprivate mutating func repeatHeads(_ x: ValueID, _ heads: Int, each count: Int) throws(Diagnostic) -> ValueID {
    let apart = try add("Unsqueeze", [x, try constant([2])])
    let repeated = try add("Expand", [apart, try constant([1, 1, count, 1, 1])])
    let shape = [try extentVector(x, 0), try constant([heads]), try extentVector(x, 2), try extentVector(x, 3)]
    return try add("Reshape", [repeated, try add("Concat", shape, ["axis": .int(0)])])
  }

  /// The numbers from 0 up to one that a vector of one element holds.
  fileprivate mutating func upTo(_ end: ValueID) throws(Diagnostic) -> ValueID {
    let scalar = try add("Squeeze", [end, try constant([0])])
    return try add("Range", [try constant(scalar: 0), scalar, try constant(scalar: 1)])
  }
}
