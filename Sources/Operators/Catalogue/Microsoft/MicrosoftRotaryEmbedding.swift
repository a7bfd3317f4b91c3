import Graph
import KernelRuntime

/// Pairs of elements rotated by angles that depend on their position in a sequence.
enum MicrosoftRotaryEmbeddingOp: MicrosoftOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("input", "T"), .one("position_ids", "tensor(int64)"), .one("cos_cache", "T"), .one("sin_cache", "T"),
      ], outputs: [.one("output", "T")],
      attributes: [
        .int("interleaved", 0), .int("is_packed_batching", 0), .int("num_heads", 0), .int("rotary_embedding_dim", 0),
        .float("scale", 1),
      ], types: ["T": .floats])
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard try !call.flag("is_packed_batching"), try call.float("scale") == 1 else {
      throw .unsupported("\(name) of packed batches or with a scale")
    }
    guard let x = try call.shape(0), let cache = try call.shape(2, rank: 2), let positionRank = try call.shape(1)?.count
    else { throw .unsupported("\(name) of tensors of unknown rank") }
    let input = try builder.required(0)
    var positions = try builder.required(1)
    if positionRank == 1 {
      // One number is the first position of every sequence.
      let lengthAxis = x.count == 4 ? 2 : 1
      let shape = try builder.add("Shape", [input])
      let many = try builder.slice(shape, lengthAxis..<lengthAxis + 1, axis: 0)
      let length = try builder.add("Squeeze", [many])
      let steps = try builder.add("Range", [builder.constant(scalar: 0), length, builder.constant(scalar: 1)])
      let batch = try builder.slice(shape, 0..<1, axis: 0)
      let all = try builder.add("Concat", [batch, many], ["axis": .int(0)])
      positions = try builder.add("Expand", [builder.add("Add", [steps, positions]), all])
    }
    var attributes: [String: AttributeValue] = ["interleaved": .int(try call.int("interleaved"))]
    let part = try call.int("rotary_embedding_dim")
    attributes["rotary_embedding_dim"] = .int(part)
    if x.count == 3 {
      var heads = try call.int("num_heads")
      if heads == 0, let width = x[2].value, let half = cache[1].value, half > 0 { heads = width / (2 * half) }
      guard heads > 0 else { throw .attribute("\(name) lacks the number of heads") }
      attributes["num_heads"] = .int(heads)
    }
    return [
      try builder.add("RotaryEmbedding", [input, builder.operand(2), builder.operand(3), positions], attributes)
    ]
  }
}
