import Graph
import KernelRuntime

/// Attention of a sequence to itself: queries, keys and values are products of one input with one weight matrix.
enum MicrosoftAttentionOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("input", "T"), .one("weights", "T"), .optional("bias", "T"), .optional("mask_index", "M"),
        .optional("past", "T"), .optional("attention_bias", "T"), .optional("past_sequence_length", "M"),
      ], outputs: [.one("output", "T"), .optional("present", "T")],
      attributes: [
        .int("do_rotary", 0), .float("mask_filter_value", -10000), .int("num_heads", isRequired: true),
        .int("past_present_share_buffer", 0), .ints("qkv_hidden_sizes"), .int("rotary_embedding_dim", 0),
        .float("scale"), .int("unidirectional", 0),
      ], types: ["T": .floats, "M": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0, rank: 3) else {
      return Array(repeating: try call.tensorType(like: 0, nil), count: 2)
    }
    let heads = try call.heads("num_heads")
    let sizes = try widths(call)
    let total = call.has(4) ? try call.shape(4, rank: 5).map { $0[3] + x[1] } ?? .local("total") : x[1]
    return [
      try call.tensorType(like: 0, [x[0], x[1], sizes[2]]),
      try call.tensorType(
        like: 0, [2, x[0], Dimension(heads), total, sizes[1].floorDivided(by: Dimension(heads))]),
    ]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    try call.refuse(operands: [6], flags: ["do_rotary", "past_present_share_buffer"])
    let heads = try call.heads("num_heads")
    let sizes = try widths(call).compactMap(\.value)
    guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 && $0 % heads == 0 }) else {
      throw .unsupported("\(name) whose hidden sizes are not known or not shared out by its heads")
    }
    let product = try builder.add("MatMul", [builder.operand(0), builder.operand(1)])
    let projected = try builder.sum(product, builder.operand(2))
    var parts: [ValueID] = []
    var start = 0
    for size in sizes {
      let part = try builder.slice(projected, start..<start + size, axis: 2)
      parts.append(try builder.splitHeads(part, heads))
      start += size
    }
    var (pastKeys, pastValues): (ValueID?, ValueID?)
    if let past = builder.operand(4) {
      pastKeys = try builder.add("Gather", [past, builder.constant(scalar: 0)], ["axis": .int(0)])
      pastValues = try builder.add("Gather", [past, builder.constant(scalar: 1)], ["axis": .int(0)])
      parts[1] = try builder.add("Concat", [pastKeys, parts[1]], ["axis": .int(2)])
      parts[2] = try builder.add("Concat", [pastValues, parts[2]], ["axis": .int(2)])
    }
    let bias = try builder.attentionBias(call, bias: 5, mask: 3, queries: parts[0], keys: parts[1])
    let output = try builder.add("Attention", [parts[0], parts[1], parts[2], bias], call.attentionScale())
    let joined = try builder.add("Transpose", [output], ["perm": .ints([0, 2, 1, 3])])
    var present: [ValueID] = []
    for part in parts[1...] { present.append(try builder.add("Unsqueeze", [part, builder.constant([0])])) }
    // Keys and values make one tensor, which takes heads of one size.
    let results = [try builder.add("Reshape", [joined, builder.constant([0, 0, sizes[2]])])]
    return sizes[1] == sizes[2] ? results + [try builder.add("Concat", present, ["axis": .int(0)])] : results
  }

  /// The widths of all heads' queries, keys and values.
  private static func widths(_ call: OperatorCall) throws(Diagnostic) -> [Dimension] {
    if let sizes = try call.optionalInts("qkv_hidden_sizes"), !sizes.isEmpty {
      guard sizes.count == 3, sizes.allSatisfy({ $0 >= 0 }) else {
        throw .attribute("qkv_hidden_sizes of \(name) must be three sizes")
      }
      return sizes.map { Dimension($0) }
    }
    let whole = try call.shape(1, rank: 2)?[1] ?? .local("width")
    return Array(repeating: whole.floorDivided(by: 3), count: 3)
  }
}
