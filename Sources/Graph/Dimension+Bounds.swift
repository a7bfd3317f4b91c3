// What an expression's value must lie between. A symbol stands for an extent, which is never negative.

extension Dimension {
  /// A number that the dimension is never less than; nil when none is known.
  public var lowerBound: Int? {
    var bound = constant
    for term in terms {
      let (low, high) = term.product.bounds
      guard let extreme = term.coefficient < 0 ? high : low else { return nil }
      bound = bound.saturatingAdd(term.coefficient.saturatingMultiply(extreme))
    }
    return bound
  }

  /// A number that the dimension is never greater than; nil when none is known.
  public var upperBound: Int? { (self * Dimension(-1)).lowerBound.map { 0.saturatingSubtract($0) } }
}

extension Dimension.Product {
  fileprivate var bounds: (low: Int?, high: Int?) {
    guard var (low, high) = atoms.first?.bounds else { return (1, 1) }
    for atom in atoms.dropFirst() {
      let next = atom.bounds
      // Bounds multiply only where no factor changes the sign.
      guard let a = low, let b = next.low, a >= 0, b >= 0 else { return (nil, nil) }
      low = a.saturatingMultiply(b)
      high = high.flatMap { x in next.high.map { x.saturatingMultiply($0) } }
    }
    return (low, high)
  }
}

extension Dimension.Atom {
  fileprivate var bounds: (low: Int?, high: Int?) {
    switch self {
    case .symbol: return (0, nil)
    case .quotient(let a, let b):
      guard let low = a.lowerBound, low >= 0, let divisor = b.lowerBound, divisor >= 1 else { return (nil, nil) }
      return (0, a.upperBound.map { $0 / divisor })
    case .maximum(let a, let b):
      let lows = [a.lowerBound, b.lowerBound].compactMap { $0 }
      return (lows.max(), a.upperBound.flatMap { x in b.upperBound.map { Swift.max(x, $0) } })
    case .minimum(let a, let b):
      let highs = [a.upperBound, b.upperBound].compactMap { $0 }
      return (a.lowerBound.flatMap { x in b.lowerBound.map { Swift.min(x, $0) } }, highs.min())
    }
  }
}
