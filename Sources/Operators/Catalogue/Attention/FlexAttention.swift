import Graph
import KernelRuntime

/// Attention whose scores and weights graphs of the model's own may change.
enum FlexAttentionOp: RegionOperator, ExpandedOp {
  static let domain = "ai.onnx.preview"

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...2)
    for attribute in ["score_mod", "prob_mod"] where call.has(attribute) {
      let types = try call.regionTypes(attribute)
      let precision = try precision(call)
      guard types.count == 1, types[0].tensor?.elementType == precision else {
        throw .attribute("\(attribute) of \(name) must give one tensor of type \(precision.name)")
      }
    }
    guard let q = try call.shape(0, rank: 4), let v = try call.shape(2, rank: 4) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: 4))]
    }
    _ = try scoresShape(call)
    return [try call.tensorType(like: 0, [q[0], q[1], q[2], v[3]])]
  }

  static func regionInputs(
    _ attribute: String, count: Int, _ call: OperatorCall
  ) throws(Diagnostic) -> [ValueType?] {
    guard count == 1 else { throw .attribute("\(attribute) of \(name) must have one input, not \(count)") }
    return [.tensor(TensorType(try precision(call), try scoresShape(call)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    throw .unsupported("\(name) is run as the operators that it expands to")
  }

  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel { try kernel(call) }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let type = try call.elementType(0)
    let precision = try precision(call)
    let (q, k) = (try call.shape(0, rank: 4), try call.shape(1, rank: 4))
    var (queries, keys, values) = (try builder.required(0), try builder.required(1), try builder.required(2))
    let shape = try builder.add("Shape", [queries])
    if q == nil || q?[1] != k?[1] {
      let heads = try builder.slice(shape, 1..<2, axis: 0)
      keys = try builder.repeatingHeads(keys, until: heads)
      values = try builder.repeatingHeads(values, until: heads)
    }
    // Both factors take half of the scale, so that small types do not overflow.
    let half: ValueID
    if let scale = try call.optionalFloat("scale") {
      half = try builder.constant(Double(scale.squareRoot()), type)
    } else {
      let size = try builder.cast(builder.slice(shape, 3..<4, axis: 0), to: .float)
      half = try builder.cast(builder.add("Pow", [size, builder.constant(-0.25, .float)]), to: type)
    }
    queries = try builder.add("Mul", [queries, half])
    let turned = try builder.add("Transpose", [builder.add("Mul", [keys, half])], ["perm": .ints([0, 1, 3, 2])])
    var scores = try builder.cast(builder.add("MatMul", [queries, turned]), to: precision)
    scores = try builder.inlining("score_mod", of: call, scores)
    let weights = try builder.inlining("prob_mod", of: call, builder.add("Softmax", [scores], ["axis": .int(-1)]))
    let output = try builder.add("MatMul", [weights, builder.cast(values, to: precision)])
    return [try builder.cast(output, to: type)]
  }

  /// The type that the softmax is computed in: of 16-bit floats, float.
  private static func precision(_ call: OperatorCall) throws(Diagnostic) -> ElementType {
    if let named = try call.optionalElementType("softmax_precision") { return named }
    let type = try call.elementType(0)
    return type == .double ? .double : .float
  }

  private static func scoresShape(_ call: OperatorCall) throws(Diagnostic) -> [Dimension]? {
    guard let q = try call.shape(0, rank: 4), let k = try call.shape(1, rank: 4), let v = try call.shape(2, rank: 4)
    else { return nil }
    _ = try call.unify(k[1], v[1], "the heads of keys and values")
    _ = try call.unify(k[2], v[2], "the lengths of keys and values")
    _ = try call.unify(q[3], k[3], "the sizes of queries and keys")
    if let heads = q[1].value, let shared = k[1].value, shared == 0 || heads % shared != 0 {
      throw .shape("\(heads) query heads of \(name) do not divide into \(shared) groups")
    }
    return [try call.unify(q[0], k[0], "the batches of queries and keys"), q[1], q[2], k[2]]
  }
}

extension NodeBuilder {
  /// A tensor (batch, heads, length, size) with each head so often in a row that there are as many as a tensor of one
  /// integer says.
  fileprivate mutating func repeatingHeads(_ x: ValueID, until heads: ValueID) throws(Diagnostic) -> ValueID {
    let shape = try add("Shape", [x])
    let count = try add("Div", [heads, slice(shape, 1..<2, axis: 0)])
    let (ones, axis) = (try constant([1, 1]), ["axis": AttributeValue.int(0)])
    let many = try add(
      "Expand", [add("Unsqueeze", [x, constant([2])]), add("Concat", [ones, count, ones], axis)])
    let target = try add("Concat", [slice(shape, 0..<1, axis: 0), heads, slice(shape, 2..<4, axis: 0)], axis)
    // Refuses heads that do not divide.
    return try add("Reshape", [many, target], ["allowzero": .int(1)])
  }

  /// What the graph in an attribute of the rewritten node makes of a value; the value itself without such a graph.
  fileprivate mutating func inlining(
    _ attribute: String, of call: OperatorCall, _ x: ValueID
  ) throws(Diagnostic) -> ValueID {
    guard case .region(let region)? = call.attributes[attribute] else { return x }
    guard let before, let input = graph[region].inputs.first else { return x }
    graph.replaceUses(of: input, with: x)
    return graph.inline(region, before: before).first ?? x
  }
}
