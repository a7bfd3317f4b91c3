/// The extent of a tensor along one axis: a number, a symbol, or an expression over symbols such as `(H + 1) / 2`.
///
/// Expressions are kept as sums of products in a fixed order, so that dimensions that are equal as polynomials compare
/// equal. Division rounds toward negative infinity and stays opaque unless it can be carried out. Arithmetic that
/// overflows saturates; nothing traps.
public struct Dimension: Hashable, Sendable {
  /// A factor that is not itself a number, sum or product.
  indirect enum Atom: Hashable, Sendable {
    case symbol(String)
    case quotient(Dimension, Dimension)
    case maximum(Dimension, Dimension)
    case minimum(Dimension, Dimension)
  }

  /// A product of atoms, in order, each as often as its power.
  struct Product: Hashable, Sendable, Comparable {
    var atoms: [Atom]
    static func < (a: Self, b: Self) -> Bool {
      (a.atoms.count, a.description) < (b.atoms.count, b.description)
    }
  }

  struct Term: Hashable, Sendable {
    var product: Product
    var coefficient: Int
  }

  /// The terms that are not numbers, in order.
  var terms: [Term]
  /// The sum's numeric part.
  var constant: Int

  /// Sums longer than this become an opaque symbol, so that a file cannot make expressions grow without end.
  static let maximalTerms = 24

  public init(_ value: Int) {
    terms = []
    constant = value
  }

  public init(symbol: String) { self.init(.symbol(symbol)) }

  init(_ atom: Atom) {
    terms = [Term(product: Product(atoms: [atom]), coefficient: 1)]
    constant = 0
  }

  private init(terms: [Product: Int], constant: Int) {
    let kept = terms.filter { $0.value != 0 }
    self.terms = kept.map { Term(product: $0.key, coefficient: $0.value) }
    if self.terms.count > 1 { self.terms.sort { $0.product < $1.product } }
    self.constant = constant
    if self.terms.count > Self.maximalTerms
      || self.terms.contains(where: { $0.product.atoms.count > Self.maximalTerms })
    {
      self = Dimension(symbol: "?\(String(description.utf8.reduce(5381) { ($0 &* 33) ^ UInt64($1) }, radix: 36))")
    }
  }

  /// The number, when it is one.
  public var value: Int? { terms.isEmpty ? constant : nil }

  /// The symbol's name, when it is one.
  public var symbol: String? {
    guard constant == 0, terms.count == 1, let term = terms.first, term.coefficient == 1,
      term.product.atoms.count == 1, case .symbol(let name)? = term.product.atoms.first
    else { return nil }
    return name
  }

  /// The names of all symbols in the expression.
  public var symbols: Set<String> {
    var names: Set<String> = []
    for term in terms {
      for atom in term.product.atoms {
        switch atom {
        case .symbol(let name): names.insert(name)
        case .quotient(let a, let b), .maximum(let a, let b), .minimum(let a, let b):
          names.formUnion(a.symbols)
          names.formUnion(b.symbols)
        }
      }
    }
    return names
  }

  /// The expression with symbols replaced by numbers; those without a number stay.
  public func substituting(_ values: [String: Int]) -> Dimension {
    terms.isEmpty || values.isEmpty ? self : substituting(values.mapValues { Dimension($0) })
  }

  /// The expression with symbols replaced by expressions; those without one stay.
  public func substituting(_ values: [String: Dimension]) -> Dimension {
    if terms.isEmpty || values.isEmpty { return self }
    var sum = Dimension(constant)
    for term in terms {
      var product = Dimension(term.coefficient)
      for atom in term.product.atoms {
        switch atom {
        case .symbol(let name): product = product * (values[name] ?? Dimension(atom))
        case .quotient(let a, let b):
          product = product * a.substituting(values).floorDivided(by: b.substituting(values))
        case .maximum(let a, let b): product = product * .max(a.substituting(values), b.substituting(values))
        case .minimum(let a, let b): product = product * .min(a.substituting(values), b.substituting(values))
        }
      }
      sum = sum + product
    }
    return sum
  }

  public static func + (a: Dimension, b: Dimension) -> Dimension {
    if a.terms.isEmpty && b.terms.isEmpty { return Dimension(a.constant.saturatingAdd(b.constant)) }
    var terms: [Product: Int] = [:]
    for term in a.terms + b.terms {
      terms[term.product] = (terms[term.product] ?? 0).saturatingAdd(term.coefficient)
    }
    return Dimension(terms: terms, constant: a.constant.saturatingAdd(b.constant))
  }

  public static func - (a: Dimension, b: Dimension) -> Dimension { a + b * Dimension(-1) }

  public static func * (a: Dimension, b: Dimension) -> Dimension {
    if a.terms.isEmpty && b.terms.isEmpty { return Dimension(a.constant.saturatingMultiply(b.constant)) }
    var terms: [Product: Int] = [:]
    func add(_ x: [Atom], _ y: [Atom], _ coefficient: Int) {
      let product = Product(atoms: x.isEmpty ? y : y.isEmpty ? x : (x + y).sorted { $0.description < $1.description })
      terms[product] = (terms[product] ?? 0).saturatingAdd(coefficient)
    }
    for x in a.terms {
      for y in b.terms { add(x.product.atoms, y.product.atoms, x.coefficient.saturatingMultiply(y.coefficient)) }
      if b.constant != 0 { add(x.product.atoms, [], x.coefficient.saturatingMultiply(b.constant)) }
    }
    if a.constant != 0 {
      for y in b.terms { add([], y.product.atoms, y.coefficient.saturatingMultiply(a.constant)) }
    }
    return Dimension(terms: terms, constant: a.constant.saturatingMultiply(b.constant))
  }

  /// The quotient rounded toward negative infinity. Division by zero gives zero.
  public func floorDivided(by divisor: Dimension) -> Dimension {
    if let d = divisor.value {
      if d == 0 { return Dimension(0) }
      if let n = value {
        let (quotient, overflow) = n.dividedReportingOverflow(by: d)
        if overflow { return Dimension(Int.max) }
        return Dimension(n % d != 0 && (n < 0) != (d < 0) ? quotient - 1 : quotient)
      }
      if d == 1 { return self }
      if d < 0 { return (self * Dimension(-1)).floorDivided(by: Dimension(0.saturatingSubtract(d))) }
      // What the divisor divides comes out in front; the rest stays under the bar.
      var exact = Dimension(0)
      var rest = Dimension(0)
      for term in terms {
        let single = Dimension(terms: [term.product: 1], constant: 0)
        if term.coefficient % d == 0 {
          exact = exact + single * Dimension(term.coefficient / d)
        } else {
          rest = rest + single * Dimension(term.coefficient)
        }
      }
      let remainder = ((constant % d) + d) % d
      exact = exact + Dimension((constant.saturatingSubtract(remainder)) / d)
      rest = rest + Dimension(remainder)
      if let number = rest.value { return exact + Dimension(number / d) }
      // Floors nest: ⌊⌊a/b⌋/c⌋ = ⌊a/(bc)⌋ for positive numbers.
      if rest.constant == 0, rest.terms.count == 1, let term = rest.terms.first, term.coefficient == 1,
        term.product.atoms.count == 1, case .quotient(let a, let b)? = term.product.atoms.first,
        let inner = b.value, inner > 0
      {
        return exact + a.floorDivided(by: Dimension(inner.saturatingMultiply(d)))
      }
      return exact + Dimension(.quotient(rest, divisor))
    }
    if self == divisor { return Dimension(1) }
    if value == 0 { return Dimension(0) }
    if let exact = dividedExactly(by: divisor) { return exact }
    return Dimension(.quotient(self, divisor))
  }

  /// The quotient when the divisor is one product that divides each term.
  private func dividedExactly(by divisor: Dimension) -> Dimension? {
    guard divisor.constant == 0, divisor.terms.count == 1, let bottom = divisor.terms.first, constant == 0 else {
      return nil
    }
    var result = Dimension(0)
    for term in terms {
      var atoms = term.product.atoms
      for atom in bottom.product.atoms {
        guard let i = atoms.firstIndex(of: atom) else { return nil }
        atoms.remove(at: i)
      }
      guard term.coefficient % bottom.coefficient == 0 else { return nil }
      let coefficient = term.coefficient / bottom.coefficient
      result =
        result
        + (atoms.isEmpty
          ? Dimension(coefficient) : Dimension(terms: [Product(atoms: atoms): coefficient], constant: 0))
    }
    return result
  }

  /// The quotient rounded toward positive infinity.
  public func ceilDivided(by divisor: Dimension) -> Dimension {
    (self + divisor - Dimension(1)).floorDivided(by: divisor)
  }

  public static func max(_ a: Dimension, _ b: Dimension) -> Dimension {
    if let x = a.value, let y = b.value { return Dimension(Swift.max(x, y)) }
    let difference = a - b
    if let least = difference.lowerBound, least >= 0 { return a }
    if let most = difference.upperBound, most <= 0 { return b }
    return a.description < b.description ? Dimension(.maximum(a, b)) : Dimension(.maximum(b, a))
  }

  public static func min(_ a: Dimension, _ b: Dimension) -> Dimension {
    if let x = a.value, let y = b.value { return Dimension(Swift.min(x, y)) }
    let difference = a - b
    if let most = difference.upperBound, most <= 0 { return a }
    if let least = difference.lowerBound, least >= 0 { return b }
    return a.description < b.description ? Dimension(.minimum(a, b)) : Dimension(.minimum(b, a))
  }
}

extension Dimension: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Dimension: CustomStringConvertible {
  public var description: String {
    if terms.isEmpty { return String(constant) }
    var text = ""
    for term in terms {
      let sign = term.coefficient < 0 ? (text.isEmpty ? "-" : " - ") : (text.isEmpty ? "" : " + ")
      let factor = term.coefficient.magnitude == 1 ? "" : "\(term.coefficient.magnitude)*"
      text += sign + factor + term.product.description
    }
    if constant != 0 { text += constant < 0 ? " - \(constant.magnitude)" : " + \(constant)" }
    return text
  }
}

extension Dimension.Product: CustomStringConvertible {
  var description: String { atoms.map(\.description).joined(separator: "*") }
}

extension Dimension.Atom: CustomStringConvertible {
  var description: String {
    switch self {
    case .symbol(let name): name
    case .quotient(let a, let b): "\(a.parenthesized)/\(b.parenthesized)"
    case .maximum(let a, let b): "max(\(a), \(b))"
    case .minimum(let a, let b): "min(\(a), \(b))"
    }
  }
}

extension Dimension {
  fileprivate var parenthesized: String { value != nil || symbol != nil ? description : "(\(description))" }
}

extension Int {
  func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
  func saturatingSubtract(_ other: Int) -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
  func saturatingMultiply(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) != (other < 0) ? .min : .max) : product
  }
}
