import Graph
import KernelRuntime

// What the forms of attention share.

extension NodeBuilder {
  /// What is added to the scores of a whole attention: its bias, its mask, and what lies ahead where it looks back
  /// only. Nil when nothing is.
  ///
  /// - Parameters:
  ///   - bias: the operand that is the bias.
  ///   - mask: the operand that is the mask.
  ///   - queries: of shape `(batch, heads, length, size)`, as are the keys.
  mutating func attentionBias(
    _ call: OperatorCall, bias: Int, mask: Int, queries: ValueID, keys: ValueID
  ) throws(Diagnostic) -> ValueID? {
    let type = try call.elementType(0)
    var result = operand(bias)
    if let hiding = operand(mask) {
      guard let shape = try call.shape(mask) else { throw .unsupported("\(call.op) with a mask of unknown rank") }
      if shape.count == 1, let batch = try call.shape(0)?[0], shape[0] != batch {
        throw .unsupported("\(call.op) with a mask that says where keys start")
      }
      result = try sum(
        optional: maskBias(
          hiding, rank: shape.count, keys: (add("Shape", [keys]), 2), hidden: call.float("mask_filter_value"), type),
        result)
    }
    if try call.flag("unidirectional") {
      result = try sum(optional: causalBias(queries: queries, keys: keys, type), result)
    }
    return result
  }

  /// What is added to the scores of keys: nothing where a mask of integers is not zero, else a number.
  ///
  /// - Parameter mask: 0 or 1 for each key `(batch, keys)`, for each query and key `(batch, queries, keys)`, or for each
  ///   head too `(batch, heads, queries, keys)`; or how many keys of each batch count `(batch)`.
  ///   - keys: a tensor's shape, and the axis that counts the keys, for the last form.
  mutating func maskBias(
    _ mask: ValueID, rank: Int, keys: (shape: ValueID, axis: Int), hidden: Float, _ type: ElementType
  ) throws(Diagnostic) -> ValueID {
    var seen: ValueID
    switch rank {
    case 1:
      let length = try add("Squeeze", [slice(keys.shape, keys.axis..<keys.axis + 1, axis: 0)])
      let steps = try add("Range", [constant(scalar: 0), length, constant(scalar: 1)])
      let counts = try add("Unsqueeze", [cast(mask, to: .int64), constant([1])])
      seen = try add("Unsqueeze", [add("Less", [steps, counts]), constant([1, 2])])
    case 2: seen = try add("Unsqueeze", [cast(mask, to: .bool), constant([1, 2])])
    case 3: seen = try add("Unsqueeze", [cast(mask, to: .bool), constant([1])])
    case 4: seen = try cast(mask, to: .bool)
    default: throw .unsupported("an attention mask of \(rank) dimensions")
    }
    return try add("Where", [seen, constant(0, type), constant(Double(hidden), type)])
  }

  /// What hides from each query the keys behind it: the last query sees all keys.
  ///
  /// - Parameters: tensors of shape `(batch, heads, length, size)`.
  private mutating func causalBias(queries: ValueID, keys: ValueID, _ type: ElementType) throws(Diagnostic) -> ValueID {
    let lengths = try add(
      "Concat",
      [slice(add("Shape", [queries]), 2..<3, axis: 0), slice(add("Shape", [keys]), 2..<3, axis: 0)],
      ["axis": .int(0)])
    let hidden = try add("Expand", [constant(-.infinity, type), lengths])
    let past = try add(
      "Squeeze", [add("Sub", [slice(lengths, 1..<2, axis: 0), slice(lengths, 0..<1, axis: 0)])])
    return try add("Trilu", [hidden, add("Add", [past, constant(scalar: 1)])], ["upper": .int(1)])
  }

  /// The sum of two biases of which either may be absent.
  mutating func sum(optional a: ValueID?, _ b: ValueID?) throws(Diagnostic) -> ValueID? {
    guard let a else { return b }
    return try sum(a, b)
  }
}

extension OperatorCall {
  /// The number of heads that an attribute says, which must be positive.
  func heads(_ attribute: String) throws(Diagnostic) -> Int {
    let count = try int(attribute)
    guard count > 0, count <= Inference.maximalExtent else { throw .attribute("\(attribute) of \(op) is \(count)") }
    return count
  }

  /// The attribute `scale` where it is there and not the 0 that stands for the usual scale.
  func attentionScale() throws(Diagnostic) -> [String: AttributeValue] {
    guard let scale = try optionalFloat("scale"), scale != 0 else { return [:] }
    return ["scale": .float(scale)]
  }

  /// Refuses attributes and operands of an attention that other runtimes for other machines take.
  func refuse(operands: [Int] = [], flags: [String] = []) throws(Diagnostic) {
    for i in operands where has(i) { throw .unsupported("\(op) with its input \(i)") }
    for flag in flags {
      if let value = try optionalInt(flag), value > 0 { throw .unsupported("\(op) with \(flag)") }
    }
  }
}
