import Graph
import KernelRuntime

// Types of values that come out of nested graphs.

extension OperatorCall {
  /// The types that a nested graph gives.
  func regionTypes(_ attribute: String) throws(Diagnostic) -> [ValueType] {
    guard let types = regionOutputs[attribute] else {
      throw .unsupported("the types that \(attribute) of \(op) gives are not known")
    }
    return types
  }

  /// The type of a value that is an operand before the first round of a loop and the body's output after each.
  func carriedType(_ i: Int, _ output: ValueType) throws(Diagnostic) -> ValueType {
    var initial = try type(i)
    // A body may take an optional and give a value that is always there.
    if case .optional(let element) = initial, element.schemaName == output.schemaName { initial = element }
    guard initial.schemaName == output.schemaName else {
      throw .type("\(op) carries \(initial.schemaName) into its body but \(output.schemaName) out of it")
    }
    return initial.widened(to: output) ?? initial
  }

  /// The type of all rounds' tensors put together.
  ///
  /// - Parameters:
  ///   - i: which of the results that are put together it is.
  ///   - length: the number of rounds.
  func stackedType(
    _ i: Int, _ round: ValueType, length: Dimension, axis: Int = 0
  ) throws(Diagnostic) -> ValueType {
    guard let tensor = round.tensor else { throw .type("\(op) can only put tensors together, not \(round)") }
    guard var shape = tensor.shape else { return .tensor(TensorType(tensor.elementType, nil)) }
    for d in shape.indices where shape[d].symbols.contains(where: { $0.hasPrefix("?") }) {
      // What such a symbol of the body's stands for may differ from round to round.
      shape[d] = .local("scan\(i)_\(d)")
    }
    shape.insert(length, at: try self.axis(axis, rank: shape.count + 1))
    return .tensor(TensorType(tensor.elementType, shape))
  }

  /// The same as the kernels need it.
  func scanOutput(_ round: ValueType, axis: Int = 0, isReversed: Bool = false) throws(Diagnostic) -> ScanOutput {
    guard let tensor = round.tensor else { throw .type("\(op) can only put tensors together, not \(round)") }
    let spec = TensorSpec(tensor.elementType, (tensor.shape ?? []).map { $0.value ?? 0 })
    return ScanOutput(spec, axis: axis, isReversed: isReversed)
  }
}

extension ValueType {
  /// The type with its local extents, which are named for their axes only, set apart from those of other results.
  func withLocals(ofResult i: Int) -> ValueType {
    mapDimensions { $0.symbol?.first == "$" ? .local("\($0)_\(i)") : $0 }
  }
}

extension NestedProgram {
  init(_ body: Body) { self.init(body.program, captureCount: body.captureCount) }
}

extension Collection<Body> {
  /// The only body of an operator that has one.
  func single(_ op: OperatorName) throws(Diagnostic) -> NestedProgram {
    guard count == 1, let first else { throw .attribute("\(op) must have one body") }
    return NestedProgram(first)
  }
}
