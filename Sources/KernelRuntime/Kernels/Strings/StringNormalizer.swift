/// Drops stop words from the strings of operand 0, a row, and changes the case of the others.
public struct StringNormalizerKernel: Kernel {
  public enum CaseChange: String, Codable, Sendable {
    case lower = "LOWER"
    case upper = "UPPER"
    case none = "NONE"
  }

  public var caseChange: CaseChange
  /// Whether a stop word is one in its own case only.
  public var isCaseSensitive: Bool
  public var stopWords: [String]

  public init(caseChange: CaseChange = .none, isCaseSensitive: Bool = false, stopWords: [String] = []) {
    self.caseChange = caseChange
    self.isCaseSensitive = isCaseSensitive
    self.stopWords = stopWords
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.tensor(0)
    guard let strings = x.elements(as: String.self), x.shape.count == 1 || (x.shape.count == 2 && x.shape[0] == 1)
    else { throw .invalid("\(x.spec) is not a row of strings") }
    let dropped = Set(isCaseSensitive ? stopWords : stopWords.map { $0.lowercased() })
    let kept = strings.filter { !dropped.contains(isCaseSensitive ? $0 : $0.lowercased()) }
    let changed = kept.map { string in
      switch caseChange {
      case .lower: string.lowercased()
      case .upper: string.uppercased()
      case .none: string
      }
    }
    // Of nothing one empty string is left.
    let result = changed.isEmpty ? [""] : changed
    return Prepared([TensorSpec(.string, x.shape.dropLast() + [result.count])]) { invocation in
      let y = invocation.result(0, as: String.self)
      for (i, string) in result.enumerated() { y[i] = string }
    }
  }
}
