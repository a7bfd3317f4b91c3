import Graph
import KernelRuntime

// Types of sequences' elements.

extension OperatorCall {
  /// The type of the elements of operand `i`, which must be a sequence.
  ///
  /// Each call stands for another element: extents that the type does not fix are the element's own.
  func elementOfSequence(_ i: Int) throws(Diagnostic) -> ValueType {
    guard case .sequence(let element) = try type(i) else {
      throw .type("input \(i) of \(op) must be a sequence, not \(try type(i))")
    }
    return element.mapDimensions { $0.symbols.contains { $0.hasPrefix("?") } ? .local("\($0)") : $0 }
  }

  /// The narrowest type that covers two elements of one sequence.
  func commonType(_ a: ValueType, _ b: ValueType) throws(Diagnostic) -> ValueType {
    guard a.schemaName == b.schemaName else {
      throw .type("the elements of a sequence of \(op) have the types \(a.schemaName) and \(b.schemaName)")
    }
    return a.widened(to: b) ?? a
  }
}
