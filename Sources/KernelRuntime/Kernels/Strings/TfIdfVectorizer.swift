/// Counts in each row of operand 0, strings or integers, the n-grams of a pool: neighbours, or with equally many items
/// between each two of them. Each n-gram has a column of the result.
public struct TfIdfVectorizerKernel: Kernel {
  /// What a column holds: a count, the n-gram's weight if there is any, or their product.
  public enum Mode: String, Codable, Sendable {
    case count = "TF"
    case weight = "IDF"
    case product = "TFIDF"
  }

  public var mode: Mode
  /// How many items the n-grams that count have.
  public var lengths: ClosedRange<Int>
  /// The most items between neighbours of an n-gram.
  public var maxSkip: Int
  /// The pool; exactly one of these is given.
  public var strings: [String]?
  public var integers: [Int]?
  /// Where each n-gram lies in the pool.
  public var grams: [Range<Int>]
  /// The result's column for each n-gram.
  public var columns: [Int]
  /// The weight of each n-gram; 1 if nil.
  public var weights: [Float]?

  public init(
    mode: Mode, lengths: ClosedRange<Int>, maxSkip: Int, strings: [String]? = nil, integers: [Int]? = nil,
    grams: [Range<Int>], columns: [Int], weights: [Float]? = nil
  ) {
    self.mode = mode
    self.lengths = lengths
    self.maxSkip = maxSkip
    self.strings = strings
    self.integers = integers
    self.grams = grams
    self.columns = columns
    self.weights = weights
  }

  /// How many columns the result has.
  public var width: Int { (columns.max() ?? -1) + 1 }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank <= 2 else { throw .invalid("operand 0 of shape \(x.shape) is neither a row nor a matrix") }
    if let strings {
      try require(x, is: .string, "operand 0")
      return try prepare(x, strings, String.self) { $0 }
    }
    let pool = integers ?? []
    switch x.type {
    case .int32: return try prepare(x, pool, Int32.self) { Int($0) }
    case .int64: return try prepare(x, pool, Int64.self) { Int($0) }
    default: throw .invalid("a pool of integers does not fit \(x.type.name)")
    }
  }

  private func prepare<Item: Element, Key: Hashable & Sendable>(
    _ x: TensorSpec, _ pool: [Key], _ type: Item.Type, _ key: @escaping @Sendable (Item) -> Key
  ) throws(KernelError) -> Prepared {
    // The last of equal n-grams is the one that counts.
    var known: [[Key]: (column: Int, weight: Float)] = [:]
    for (i, gram) in grams.enumerated() where lengths.contains(gram.count) {
      known[Array(pool[gram])] = (columns[i], mode == .count ? 1 : weights?[i] ?? 1)
    }
    let sizes = Set(known.keys.lazy.map(\.count)).sorted()
    let size = x.shape.last ?? 1
    let rows = product(x.shape.dropLast())
    let width = width
    let result = try TensorSpec.checked(.float, x.shape.dropLast() + [width])
    return Prepared([result]) { [mode, maxSkip, known] invocation in
      let x = invocation.operand(0, as: Item.self)
      let y = invocation.result(0, as: Float.self)
      for row in 0..<rows {
        let items = (0..<size).map { key(x[row * size + $0]) }
        let columns = y + row * width
        columns.update(repeating: 0, count: width)
        for length in sizes {
          // A single item has no neighbours to skip to.
          for step in 1...(length == 1 ? 1 : maxSkip + 1) {
            let (span, overflow) = step.multipliedReportingOverflow(by: length - 1)
            guard !overflow, span < size else { break }
            for start in 0..<size - span {
              let gram = (0..<length).map { items[start + $0 * step] }
              guard let (column, weight) = known[gram] else { continue }
              columns[column] = mode == .weight ? weight : columns[column] + weight
            }
          }
        }
      }
    }
  }
}
