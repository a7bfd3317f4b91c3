import Graph
import KernelRuntime

/// Attention with queries, keys and values given: apart, or packed together for each head.
enum MicrosoftMultiHeadAttentionOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("query", "T"), .optional("key", "T"), .optional("value", "T"), .optional("bias", "T"),
        .optional("key_padding_mask", "M"), .optional("attention_bias", "T"), .optional("past_key", "T"),
        .optional("past_value", "T"), .optional("past_sequence_length", "M"), .optional("cache_indirection", "M"),
      ],
      outputs: [
        .one("output", "T"), .optional("present_key", "T"), .optional("present_value", "T"), .optional("qk", "QK"),
      ],
      attributes: [
        .float("mask_filter_value", -10000), .int("num_heads", isRequired: true), .float("scale"),
        .int("unidirectional", 0),
      ], types: ["T": .floats, "QK": .floats, "M": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let heads = Dimension(try call.heads("num_heads"))
    guard let q = try call.shape(0) else {
      let unknown = try call.tensorType(like: 0, nil)
      return [unknown, unknown, unknown, unknown]
    }
    var (key, value): ((length: Dimension, size: Dimension), (length: Dimension, size: Dimension))
    func extents(_ i: Int) throws(Diagnostic) -> (length: Dimension, size: Dimension) {
      guard let shape = try call.shape(i) else { return (.local("keys"), .local("size\(i)")) }
      switch shape.count {
      case 3: return (shape[1], shape[2].floorDivided(by: heads))
      case 4: return (shape[2], shape[3])
      case 5: return (shape[1], shape[4])
      default: throw .shape("input \(i) of \(name) has \(shape.count) dimensions")
      }
    }
    guard q.count == 3 || q.count == 5 else { throw .shape("the queries of \(name) have \(q.count) dimensions") }
    key = try extents(call.has(1) ? 1 : 0)
    value = call.has(2) ? try extents(2) : key
    if call.has(6), let past = try call.shape(6, rank: 4) { key.length = past[2] + key.length }
    value.length = key.length
    return [
      try call.tensorType(like: 0, [q[0], q[1], heads * value.size]),
      try call.tensorType(like: 0, [q[0], heads, key.length, key.size]),
      try call.tensorType(like: 0, [q[0], heads, value.length, value.size]),
      try call.tensorType(like: 0, [q[0], heads, q[1], key.length]),
    ]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    try call.refuse(operands: [8, 9])
    let heads = try call.heads("num_heads")
    var parts = try vectors(call, &builder, heads)
    if let past = builder.operand(6) {
      parts[1] = try builder.add("Concat", [past, parts[1]], ["axis": .int(2)])
    }
    if let past = builder.operand(7) {
      parts[2] = try builder.add("Concat", [past, parts[2]], ["axis": .int(2)])
    }
    let bias = try builder.attentionBias(call, bias: 5, mask: 4, queries: parts[0], keys: parts[1])
    let attention = try builder.addNode(
      OperatorName("Attention"), [parts[0], parts[1], parts[2], bias], call.attentionScale(),
      results: ["", "", "", ""])
    guard attention.count == 4 else { return nil }
    let joined = try builder.add("Transpose", [attention[0]], ["perm": .ints([0, 2, 1, 3])])
    return [try builder.add("Reshape", [joined, builder.constant([0, 0, -1])]), parts[1], parts[2], attention[3]]
  }

  /// Queries, keys and values as `(batch, heads, length, size)`, with their biases added.
  private static func vectors(
    _ call: OperatorCall, _ builder: inout NodeBuilder, _ heads: Int
  ) throws(Diagnostic) -> [ValueID] {
    var parts: [ValueID] = []
    for i in 0..<3 {
      let packed = call.has(i) ? i : i == 2 && call.has(1) ? 1 : 0
      guard let shape = try call.shape(packed) else { throw .unsupported("\(name) of tensors of unknown rank") }
      var part = try builder.required(packed)
      switch shape.count {
      case 5:
        // (batch, length, heads, which of those packed, size)
        let index = packed == 0 ? i : i - 1
        part = try builder.add("Gather", [part, builder.constant(scalar: index)], ["axis": .int(3)])
        part = try builder.add("Transpose", [part], ["perm": .ints([0, 2, 1, 3])])
      case 4: break
      case 3 where packed == i:
        if let bias = builder.operand(3) {
          guard let width = shape[2].value else { throw .unsupported("\(name) of unknown width") }
          part = try builder.sum(part, biasPart(call, bias, i, width, &builder))
        }
        part = try builder.splitHeads(part, heads)
      default: throw .shape("\(name) lacks its input \(i)")
      }
      parts.append(part)
    }
    return parts
  }

  /// The part of the bias that belongs to queries, keys or values; the values' stands last.
  private static func biasPart(
    _ call: OperatorCall, _ bias: ValueID, _ i: Int, _ width: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    guard let whole = try call.shape(3, rank: 1)?[0].value, let query = try call.shape(0, rank: 3)?[2].value else {
      throw .unsupported("\(name) with a bias of unknown size")
    }
    let start = i == 2 ? whole - width : i * query
    guard start >= 0, start + width <= whole else { throw .shape("the bias of \(name) has \(whole) elements") }
    return try builder.slice(bias, start..<start + width, axis: 0)
  }
}
