import Graph
import KernelRuntime

/// Causal attention in which several query heads share a key head, with a cache of keys and values that grows by the
/// tokens of each call; the batches' sequences may differ in length.
enum MicrosoftGroupQueryAttentionOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("query", "T"), .optional("key", "T"), .optional("value", "T"), .optional("past_key", "T"),
        .optional("past_value", "T"), .one("seqlens_k", "M"), .one("total_sequence_length", "M"),
        .optional("cos_cache", "T"), .optional("sin_cache", "T"), .optional("position_ids", "tensor(int64)"),
        .optional("attention_bias", "T"), .optional("head_sink", "T"), .optional("k_scale", "tensor(float)"),
        .optional("v_scale", "tensor(float)"), .optional("q_norm_weight", "T"), .optional("k_norm_weight", "T"),
      ],
      outputs: [
        .one("output", "T"), .optional("present_key", "T"), .optional("present_value", "T"),
        .optional("output_qk", "T"),
      ],
      attributes: [
        .int("causal", 1), .int("do_rotary", 0), .int("kv_cache_bit_width", 0), .int("kv_num_heads", isRequired: true),
        .string("k_quant_type", "NONE"), .int("local_window_size", -1), .int("num_heads", isRequired: true),
        .float("qk_norm_epsilon", 1e-6), .int("qk_output", 0), .int("rotary_interleaved", 0), .float("scale"),
        .int("sliding_window_cache", 0), .int("smooth_softmax", -1), .float("softcap", 0),
        .string("v_quant_type", "NONE"),
      ], types: ["T": .floats, "M": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (heads, shared) = (try call.heads("num_heads"), try call.heads("kv_num_heads"))
    guard heads % shared == 0 else {
      throw .attribute("\(heads) heads of \(name) do not divide into \(shared) groups")
    }
    guard let q = try call.shape(0, rank: 3) else {
      let unknown = try call.tensorType(like: 0, nil)
      return [unknown, unknown, unknown]
    }
    let packed = call.has(1) ? heads : heads + 2 * shared
    let size = q[2].floorDivided(by: Dimension(packed))
    var total = q[1]
    if call.has(3) {
      let past = try call.shape(3, rank: 4)?[2] ?? .local("past")
      total = call.dimensions(6)?.first.map { .max(past, $0) } ?? .local("total")
    }
    let present = try call.tensorType(like: 0, [q[0], Dimension(shared), total, size])
    return [try call.tensorType(like: 0, [q[0], q[1], Dimension(heads) * size]), present, present]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    try call.refuse(
      operands: [12, 13, 14, 15], flags: ["kv_cache_bit_width", "qk_output", "sliding_window_cache"])
    guard call.resultCount <= 3 else { throw .unsupported("\(name) that gives its scores") }
    let type = try call.elementType(0)
    let (heads, shared) = (try call.heads("num_heads"), try call.heads("kv_num_heads"))
    var (queries, keys, values) = try vectors(call, heads, shared, &builder)

    // Positions count each batch's own tokens.
    let shape = try builder.add("Shape", [queries])
    let length = try builder.add("Squeeze", [builder.slice(shape, 2..<3, axis: 0)])
    let steps = try builder.add("Range", [builder.constant(scalar: 0), length, builder.constant(scalar: 1)])
    let lastKeys = try builder.add(
      "Reshape", [builder.cast(builder.required(5), to: .int64), builder.constant([-1])])
    let ends = try builder.add("Add", [lastKeys, builder.constant(scalar: 1)])
    let past = try builder.add("Max", [builder.add("Sub", [ends, length]), builder.constant(scalar: 0)])
    let positions = try builder.add("Add", [builder.add("Unsqueeze", [past, builder.constant([1])]), steps])

    if try call.flag("do_rotary") {
      guard let cosines = builder.operand(7), let sines = builder.operand(8) else {
        throw Diagnostic(.error, .arity, "\(name) with do_rotary lacks the cosines and sines")
      }
      let interleaved: [String: AttributeValue] = ["interleaved": .int(try call.int("rotary_interleaved"))]
      let places = builder.operand(9) ?? positions
      var attributes = interleaved
      // A cache narrower than half a head rotates the head's first elements only.
      if let half = try call.shape(7, rank: 2)?[1].value, let size = builder.type(queries)?.tensor?.shape?[3].value,
        half * 2 < size
      {
        attributes["rotary_embedding_dim"] = .int(half * 2)
        attributes["num_heads"] = nil
      }
      queries = try builder.add("RotaryEmbedding", [queries, cosines, sines, places], attributes)
      keys = try builder.add("RotaryEmbedding", [keys, cosines, sines, places], attributes)
    }
    keys = try appended(keys, to: builder.operand(3), at: past, &builder)
    values = try appended(values, to: builder.operand(4), at: past, &builder)

    // (batch, 1, queries, keys)
    let count = try builder.add("Squeeze", [builder.slice(builder.add("Shape", [keys]), 2..<3, axis: 0)])
    let places = try builder.add("Range", [builder.constant(scalar: 0), count, builder.constant(scalar: 1)])
    let own = try builder.add("Unsqueeze", [positions, builder.constant([1, 3])])
    let causal = try call.flag("causal")
    let limit = causal ? own : try builder.add("Unsqueeze", [lastKeys, builder.constant([1, 2, 3])])
    var seen = try builder.add("LessOrEqual", [places, limit])
    let window = try call.int("local_window_size")
    if window > 0 {
      let first = try builder.add("Sub", [own, builder.constant(scalar: window)])
      seen = try builder.add("And", [seen, builder.add("Greater", [places, first])])
    }
    var mask = seen
    var sink = builder.operand(11)
    if sink == nil, try call.int("smooth_softmax") > 0 { sink = try builder.constant(0, type) }
    if builder.operand(10) != nil || sink != nil {
      let none = try builder.constant(0, type)
      mask = try builder.add("Where", [seen, builder.operand(10) ?? none, builder.constant(-.infinity, type)])
    }
    var (attended, taken) = (keys, values)
    if let sink {
      // The sink's share of attention goes to one more key, of zeros like its value: its score is its bias alone.
      let row = try builder.constant([0, 0, 0, 0, 0, 0, 1, 0])
      attended = try builder.add("Pad", [keys, row])
      taken = try builder.add("Pad", [values, row])
      let column = try builder.add(
        "Concat", [builder.slice(shape, 0..<3, axis: 0), builder.constant([1])], ["axis": .int(0)])
      let scores = try builder.add("Reshape", [sink, builder.constant([1, -1, 1, 1])])
      mask = try builder.add(
        "Concat", [builder.add("Expand", [mask, column]), builder.add("Expand", [scores, column])], ["axis": .int(3)])
    }
    var attributes = try call.attentionScale()
    attributes["softcap"] = .float(try call.float("softcap"))
    let output = try builder.add("Attention", [queries, attended, taken, mask], attributes)
    let joined = try builder.add("Transpose", [output], ["perm": .ints([0, 2, 1, 3])])
    return [try builder.add("Reshape", [joined, builder.constant([0, 0, -1])]), keys, values]
  }

  /// Queries, keys and values as `(batch, heads, length, size)`.
  private static func vectors(
    _ call: OperatorCall, _ heads: Int, _ shared: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> (ValueID, ValueID, ValueID) {
    let query = try builder.required(0)
    if let key = builder.operand(1), let value = builder.operand(2) {
      return (
        try builder.splitHeads(query, heads), try builder.splitHeads(key, shared), try builder.splitHeads(value, shared)
      )
    }
    let all = try builder.splitHeads(query, heads + 2 * shared)
    return (
      try builder.slice(all, 0..<heads, axis: 1), try builder.slice(all, heads..<heads + shared, axis: 1),
      try builder.slice(all, heads + shared..<heads + 2 * shared, axis: 1)
    )
  }

  /// The cache with new vectors put behind each batch's own past; the cache is made longer where it must be.
  private static func appended(
    _ new: ValueID, to cache: ValueID?, at past: ValueID, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    guard let cache else { return new }
    let total = try builder.add(
      "Reshape", [builder.cast(builder.required(6), to: .int64), builder.constant([1])])
    let room = try builder.slice(builder.add("Shape", [cache]), 2..<3, axis: 0)
    let missing = try builder.add("Max", [builder.add("Sub", [total, room]), builder.constant([0])])
    let pads = try builder.add("Concat", [builder.constant([0]), missing], ["axis": .int(0)])
    let longer = try builder.add("Pad", [cache, pads, nil, builder.constant([2])])
    return try builder.add("TensorScatter", [longer, new, past], ["axis": .int(2)])
  }
}
