import Graph
import KernelRuntime

// Shape arithmetic that several operators share.

extension OperatorCall {
  /// The shape of tensors broadcast against each other as ONNX and NumPy do.
  ///
  /// Where two unknown extents meet that need not be equal, the result's is unknown.
  ///
  /// - Returns: nil when a shape is not known.
  /// - Throws: when two known extents differ and neither is 1.
  public func broadcast(_ shapes: [[Dimension]?]) throws(Diagnostic) -> [Dimension]? {
    var result: [Dimension] = []
    for shape in shapes {
      guard let shape else { return nil }
      let rank = max(result.count, shape.count)
      let a = Array(repeating: Dimension(1), count: rank - result.count) + result
      let b = Array(repeating: Dimension(1), count: rank - shape.count) + shape
      result = []
      for i in 0..<rank { result.append(try broadcast(a[i], b[i], axis: i)) }
    }
    return result
  }

  private func broadcast(_ a: Dimension, _ b: Dimension, axis: Int) throws(Diagnostic) -> Dimension {
    if a == b || b == 1 { return a }
    if a == 1 { return b }
    switch (a.value, b.value) {
    case (nil, nil): return .local("broadcast\(axis)")
    case (_?, nil): return a
    case (nil, _?): return b
    case (let x?, let y?):
      throw .shape("the inputs of \(op) do not broadcast: extents \(x) and \(y) meet on axis \(axis)")
    }
  }

  /// One extent for two that must be equal: the better known of them.
  public func unify(_ a: Dimension, _ b: Dimension, _ what: String) throws(Diagnostic) -> Dimension {
    if a == b { return a }
    switch (a.value, b.value) {
    case (let x?, let y?): throw .shape("\(what) of \(op) must be equal, but are \(x) and \(y)")
    case (_?, nil): return a
    case (nil, _?): return b
    case (nil, nil): return a.symbol?.hasPrefix("?") == true ? b : a
    }
  }

  /// One element type for all tensors of a list of operands.
  public func sameElementType(_ operands: some Sequence<Int>) throws(Diagnostic) -> ElementType {
    var found: ElementType?
    for i in operands where has(i) {
      let type = try elementType(i)
      if let found, found != type {
        throw .type("the inputs of \(op) must have one type, but have \(found.name) and \(type.name)")
      }
      found = type
    }
    guard let found else { throw Diagnostic(.error, .arity, "\(op) has no inputs") }
    return found
  }

  /// The type of operand `i` with another shape.
  public func tensorType(like i: Int, _ shape: [Dimension]?) throws(Diagnostic) -> ValueType {
    .tensor(TensorType(try elementType(i), shape))
  }

  /// A shape of `rank` extents that only the run can tell; nil for an unknown rank.
  public func unknownShape(rank: Int?) -> [Dimension]? {
    rank.map { rank in (0..<rank).map { .local("d\($0)") } }
  }

  /// The shape that operand `i`, a tensor of integers, spells out.
  public func shape(from i: Int) throws(Diagnostic) -> [Dimension]? {
    if let dimensions = dimensions(i) {
      if let negative = dimensions.compactMap(\.value).first(where: { $0 < 0 }) {
        throw .shape("input \(i) of \(op) asks for an extent of \(negative)")
      }
      return dimensions
    }
    guard let length = try length(i), length <= Limits.rank else { return nil }
    return unknownShape(rank: length)
  }

  /// The number of elements of a shape.
  public func count(_ shape: some Sequence<Dimension>) -> Dimension { shape.reduce(1, *) }
}
