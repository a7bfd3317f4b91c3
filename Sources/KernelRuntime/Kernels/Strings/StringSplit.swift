/// Splits each string of operand 0: the results are the parts, those of a string in a row that empty strings fill up, and
/// how many each string has.
public struct StringSplitKernel: Kernel {
  /// What parts are split by; empty for any white space.
  public var delimiter: String
  /// The most splits of one string; nil for no limit.
  public var maxSplit: Int?

  public init(delimiter: String = "", maxSplit: Int? = nil) {
    self.delimiter = delimiter
    self.maxSplit = maxSplit
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.tensor(0)
    guard let strings = x.elements(as: String.self) else { throw .invalid("operand 0 must hold strings") }
    let parts = strings.map { split($0) }
    let width = parts.map(\.count).max() ?? 0
    let results = [try TensorSpec.checked(.string, x.shape + [width]), TensorSpec(.int64, x.shape)]
    return Prepared(results) { invocation in
      let y = invocation.wantedResult(0, as: String.self)
      let counts = invocation.wantedResult(1, as: Int64.self)
      for (i, list) in parts.enumerated() {
        counts?[i] = Int64(list.count)
        for (j, part) in list.enumerated() { y?[i * width + j] = part }
      }
    }
  }

  private func split(_ string: String) -> [String] {
    let limit = maxSplit.map { max(0, $0) } ?? .max
    if delimiter.isEmpty {
      var rest = string.drop { $0.isWhitespace }
      var parts: [String] = []
      while !rest.isEmpty {
        guard parts.count < limit, let end = rest.firstIndex(where: \.isWhitespace) else {
          parts.append(String(rest))
          break
        }
        parts.append(String(rest[..<end]))
        rest = rest[end...].drop { $0.isWhitespace }
      }
      return parts
    }
    var parts: [String] = []
    var rest = string[...]
    while parts.count < limit, let range = rest.firstRange(of: delimiter) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
