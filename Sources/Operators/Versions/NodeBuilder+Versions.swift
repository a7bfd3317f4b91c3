import Graph
import KernelRuntime

// What adapters ask of values, and the arithmetic on shapes that they share. `add` computes ahead what can be, so that
// these give constants where shapes are known and nodes where they are not.
extension NodeBuilder {
  // MARK: What is known

  /// The rank of a value, when it is a tensor of known rank.
  func rank(_ value: ValueID) -> Int? { type(value)?.tensor?.rank }

  func elementType(_ value: ValueID) -> ElementType? { type(value)?.tensor?.elementType }

  /// The extent of a value along an axis counted from the front, when it is known.
  func extent(_ value: ValueID, _ axis: Int) -> Int? {
    guard let shape = type(value)?.tensor?.shape, shape.indices.contains(axis) else { return nil }
    return shape[axis].value
  }

  /// A value's elements, when they are known.
  func known(_ value: ValueID) -> Tensor? {
    if let constant = graph[value].constant { return constant }
    if case .tensor(let tensor)? = graph[value].elements { return tensor }
    return nil
  }

  /// The elements of an integer tensor that must be known, for a version where they are an attribute.
  func integers(_ value: ValueID, _ name: String, of op: OperatorName) throws(Diagnostic) -> [Int] {
    guard let integers = known(value)?.integers else {
      throw .unsupported("input \"\(name)\" of \(op) is computed by the model; the older version wants an attribute")
    }
    return integers
  }

  /// The elements of a float tensor, likewise.
  func floats(_ value: ValueID, _ name: String, of op: OperatorName) throws(Diagnostic) -> [Float] {
    guard let doubles = known(value)?.doubles else {
      throw .unsupported("input \"\(name)\" of \(op) is computed by the model; the older version wants an attribute")
    }
    return doubles.map { Float($0) }
  }

  // MARK: Constants

  /// A float constant of rank 1.
  mutating func constant(_ floats: [Float]) throws(Diagnostic) -> ValueID {
    constant(try unwrap { () throws(KernelError) in try Tensor(floats, shape: [floats.count]) })
  }

  /// A scalar of another value's type.
  mutating func scalar(_ number: Float, like value: ValueID) throws(Diagnostic) -> ValueID {
    if let type = elementType(value) { return try constant(Double(number), type) }
    return try add("CastLike", [try constant(Double(number), .float), value])
  }

  /// A vector of as many equal integers as a vector of rank 1 says.
  mutating func repeated(_ number: Int, count: ValueID) throws(Diagnostic) -> ValueID {
    let element = try unwrap { () throws(KernelError) in try Tensor([Int64(number)], shape: [1]) }
    return try add("ConstantOfShape", [count], ["value": .tensor(element)])
  }

  // MARK: Shapes

  /// The rank of a value, as a vector of one element.
  mutating func rankVector(_ value: ValueID) throws(Diagnostic) -> ValueID {
    try add("Shape", [try add("Shape", [value])])
  }

  /// The extent of a value along an axis, as a vector of one element.
  mutating func extentVector(_ value: ValueID, _ axis: Int) throws(Diagnostic) -> ValueID {
    try add("Gather", [try add("Shape", [value]), try constant([axis])], ["axis": .int(0)])
  }

  /// A value with axes of extent 1 behind its own, so that its first axis stands at `axis` of a tensor of `other`'s
  /// rank.
  mutating func align(_ value: ValueID, at axis: Int, of other: ValueID) throws(Diagnostic) -> ValueID {
    if let rank = rank(value), let full = self.rank(other) {
      let from = axis < 0 ? axis + full : axis
      guard from + rank < full else { return value }
      return try add("Unsqueeze", [value, try constant(Array(rank..<full - from))])
    }
    let full = try rankVector(other)
    let used = try add("Add", [try rankVector(value), try constant([axis])])
    let from = axis < 0 ? try add("Add", [used, full]) : used
    let missing = try add("Max", [try add("Sub", [full, from]), try constant([0])])
    let shape = try add("Concat", [try add("Shape", [value]), try repeated(1, count: missing)], ["axis": .int(0)])
    return try add("Reshape", [value, shape])
  }
}
