import Graph
import KernelRuntime

// What the forms of attention share.

extension NodeBuilder {
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
