import Graph
import KernelRuntime

// Elements of small tensors, followed through the operators that compute shapes. Two ways: what is known as numbers
// goes through the operators' own kernels. What is known as expressions is moved by the same kernels as numbered
// handles, or combined expression by expression.

extension Inference {
  /// Notes what is known of a node's results' elements.
  static func propagate(_ entry: OperatorEntry, _ call: OperatorCall, _ node: NodeID, in graph: inout Graph) {
    let results = graph[node].results
    for result in results { graph[result].inferredElements = nil }
    guard results.contains(where: { graph[$0].type?.isFollowed == true }),
      call.operands.allSatisfy({ $0 == nil || $0?.elements != nil || $0?.type.tensor != nil })
    else { return }
    var found: [KnownElements?] = []
    // Numbers first: expressions do not wrap around.
    if let values = call.knownValues {
      found = entry.evaluate(call, values).map { $0.map(KnownElements.tensor) }
    }
    if found.isEmpty {
      switch entry.definition.propagation {
      case .movement(let moved): found = move(entry, call, moved)
      case .arithmetic(let combine): found = [combineElements(call, combine).map(KnownElements.init)]
      case .custom(let compute): found = [compute(call).map(KnownElements.init)]
      case .constants: break
      }
    }
    for (result, elements) in zip(results, found) {
      guard let type = graph[result].type, type.isFollowed, let elementType = type.tensor?.elementType else { continue }
      graph[result].inferredElements = elements?.converted(to: elementType)
    }
  }

  /// Moves expressions with the operator's kernel, by way of handles.
  private static func move(
    _ entry: OperatorEntry, _ call: OperatorCall, _ moved: Set<Int>
  ) -> [KnownElements?] {
    var expressions: [Dimension] = []
    var values: [RuntimeValue?] = []
    for (i, operand) in call.operands.enumerated() {
      guard let operand else {
        values.append(nil)
        continue
      }
      if moved.contains(i) {
        guard let symbolic = operand.elements?.dimensions else { return [] }
        let handles = symbolic.elements.indices.map { Int64(expressions.count + $0) }
        expressions += symbolic.elements
        guard let tensor = try? Tensor(handles, shape: symbolic.shape) else { return [] }
        values.append(.tensor(tensor))
      } else {
        guard let tensor = call.known(i) else { return [] }
        values.append(.tensor(tensor))
      }
    }
    return entry.evaluate(call, values).map { output in
      guard let tensor = output, let handles = tensor.integers,
        handles.allSatisfy(expressions.indices.contains)
      else { return nil }
      return KnownElements(SymbolicTensor(shape: tensor.shape, elements: handles.map { expressions[$0] }))
    }
  }

  /// Combines tensors of expressions, broadcast against each other.
  private static func combineElements(
    _ call: OperatorCall, _ combine: (Dimension, Dimension) -> Dimension?
  ) -> SymbolicTensor? {
    let given = call.operands.compactMap { $0?.elements?.dimensions }
    guard var result = given.first, given.count == call.operands.count else { return nil }
    // Shapes' tensors have one dimension at most; anything else is not worth following.
    guard given.allSatisfy({ $0.shape.count <= 1 }) else { return nil }
    for next in given.dropFirst() {
      let (x, y) = (result.elements, next.elements)
      guard x.count == y.count || x.count == 1 || y.count == 1 else { return nil }
      let shape = x.count == 1 && (next.shape.count > result.shape.count || y.count != 1) ? next.shape : result.shape
      var elements: [Dimension] = []
      for i in 0..<(shape.first ?? 1) {
        guard let z = combine(x[x.count == 1 ? 0 : i], y[y.count == 1 ? 0 : i]) else { return nil }
        elements.append(z)
      }
      result = SymbolicTensor(shape: shape, elements: elements)
    }
    return result
  }
}

extension OperatorEntry {
  /// Runs the operator on values that are all known.
  ///
  /// - Returns: the results, of a half its one; none when the operator cannot be run by itself or refuses.
  public func evaluate(_ call: OperatorCall, _ values: [RuntimeValue?]) -> [Tensor?] {
    guard isPure, !(definition is any RegionOperator.Type), let kernel = try? definition.kernel(call),
      let outputs = try? Evaluator.run(kernel, values)
    else { return [] }
    let tensors = outputs.map { $0?.tensor }
    guard let half else { return tensors }
    guard let i = try? half.resultIndex(call.attributes), i < tensors.count else { return [] }
    return [tensors[i]]
  }
}

extension KnownElements {
  /// Expressions that are all numbers become a tensor.
  package init(_ symbolic: SymbolicTensor) {
    let numbers = symbolic.elements.compactMap(\.value)
    if numbers.count == symbolic.elements.count,
      let tensor = try? Tensor(numbers.map { Int64($0) }, shape: symbolic.shape)
    {
      self = .tensor(tensor)
    } else {
      self = .symbolic(symbolic)
    }
  }
}

extension KnownElements {
  /// Numbers in the element type that the value has; they are followed as 64-bit integers where they were expressions.
  func converted(to type: ElementType) -> KnownElements? {
    guard case .tensor(let tensor) = self, tensor.type != type else { return self }
    return (try? Evaluator.cast(tensor, to: type)).map { .tensor($0) }
  }
}

extension ValueType {
  /// Whether a value's elements are worth following: a tensor that is known to be small.
  var isFollowed: Bool {
    guard let spec = tensor?.spec, let count = try? spec.checkedCount() else { return false }
    return count <= SymbolicTensor.maximalCount
  }
}

extension OperatorCall {
  /// All operands' values, when each is a tensor known as numbers; nil when there is none.
  var knownValues: [RuntimeValue?]? {
    var values: [RuntimeValue?] = []
    for (i, operand) in operands.enumerated() {
      if operand == nil {
        values.append(nil)
      } else if let tensor = known(i), tensor.count <= SymbolicTensor.maximalCount {
        values.append(.tensor(tensor))
      } else {
        return nil
      }
    }
    return values
  }
}
