import Graph
import KernelRuntime

// What expansions build with.

extension NodeBuilder {
  /// Operand `i` of the node that is being rewritten, where there is one.
  func operand(_ i: Int) -> ValueID? { operands.indices.contains(i) ? operands[i] : nil }

  /// Operand `i`, which the schema has seen to be there.
  func required(_ i: Int) throws(Diagnostic) -> ValueID {
    guard let value = operand(i) else { throw Diagnostic(.error, .arity, "input \(i) is missing") }
    return value
  }

  /// A value plus another, or alone where that is absent.
  mutating func sum(_ a: ValueID, _ b: ValueID?) throws(Diagnostic) -> ValueID {
    if let b { try add("Add", [a, b]) } else { a }
  }

  /// A value times a number, in the value's type.
  mutating func scaled(_ a: ValueID, by factor: Float, _ type: ElementType) throws(Diagnostic) -> ValueID {
    factor == 1 ? a : try add("Mul", [a, constant(Double(factor), type)])
  }

  /// A value in another element type.
  mutating func cast(_ a: ValueID, to type: ElementType) throws(Diagnostic) -> ValueID {
    guard graph[a].type?.tensor?.elementType != type else { return a }
    return try add("Cast", [a], ["to": .int(Int(type.rawValue))])
  }

  /// A value with the dimensions `(batch, length, heads · size)` as one with `(batch, heads, length, size)`.
  mutating func splitHeads(_ a: ValueID, _ heads: Int) throws(Diagnostic) -> ValueID {
    let split = try add("Reshape", [a, constant([0, 0, heads, -1])])
    return try add("Transpose", [split], ["perm": .ints([0, 2, 1, 3])])
  }

  /// The part of a value from one index on, up to another, along an axis.
  mutating func slice(_ a: ValueID, _ range: Range<Int>, axis: Int) throws(Diagnostic) -> ValueID {
    try add("Slice", [a, constant([range.lowerBound]), constant([range.upperBound]), constant([axis])])
  }
}
