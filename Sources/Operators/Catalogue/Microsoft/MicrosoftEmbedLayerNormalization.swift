import Graph
import KernelRuntime

/// The layer normalization of the sum of embeddings: of words, positions and segments.
enum MicrosoftEmbedLayerNormalizationOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("input_ids", "T1"), .optional("segment_ids", "T1"), .one("word_embedding", "T"),
        .one("position_embedding", "T"), .optional("segment_embedding", "T"), .one("gamma", "T"), .one("beta", "T"),
        .optional("mask", "T1"), .optional("position_ids", "T1"),
      ], outputs: [.one("output", "T"), .optional("mask_index", "T1"), .optional("embedding_sum", "T")],
      attributes: [.float("epsilon", 1e-12), .int("mask_index_type", 0)],
      types: ["T": .floats, "T1": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (ids, width) = (try call.shape(0, rank: 2), try call.shape(2, rank: 2)?[1] ?? .local("width"))
    let output = try call.tensorType(like: 2, ids.map { $0 + [width] })
    return [output, .tensor(TensorType(.int32, [ids?[0] ?? .local("batch")])), output]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let ids = try builder.required(0)
    let shape = try builder.add("Shape", [ids])
    let positions: ValueID
    if let given = builder.operand(8) {
      positions = given
    } else {
      let length = try builder.add("Squeeze", [builder.slice(shape, 1..<2, axis: 0)])
      positions = try builder.add("Range", [builder.constant(scalar: 0), length, builder.constant(scalar: 1)])
    }
    let words = try builder.add("Gather", [builder.operand(2), ids])
    var sum = try builder.sum(words, builder.add("Gather", [builder.operand(3), positions]))
    if let segments = builder.operand(1), let table = builder.operand(4) {
      sum = try builder.sum(sum, builder.add("Gather", [table, segments]))
    }
    let output = try builder.add(
      "LayerNormalization", [sum, builder.operand(5), builder.operand(6)],
      ["axis": .int(-1), "epsilon": .float(call.float("epsilon"))])
    let maskIndex: ValueID
    if let mask = builder.operand(7) {
      maskIndex = try builder.add("ReduceSum", [mask, builder.constant([1])], ["keepdims": .int(0)])
    } else {
      maskIndex = try builder.add(
        "Expand", [builder.constant(0, .int32), builder.slice(shape, 0..<1, axis: 0)])
    }
    return [output, maskIndex, sum]
  }
}
