/// Whether each string of operand 0 as a whole matches a regular expression.
public struct RegexFullMatchKernel: Kernel {
  public var pattern: String

  public init(pattern: String) { self.pattern = pattern }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    try require(x, is: .string, "operand 0")
    _ = try expression()
    return Prepared([TensorSpec(.bool, x.shape)]) { (invocation: borrowing Invocation) throws(KernelError) in
      let strings = invocation.operand(0, as: String.self)
      let y = invocation.result(0, as: Bool.self)
      let expression = try expression()
      for i in 0..<x.count { y[i] = (try? expression.wholeMatch(in: strings[i])) != nil }
    }
  }

  private func expression() throws(KernelError) -> Regex<AnyRegexOutput> {
    do {
      // By code points and simple word boundaries, as other engines match.
      return try Regex(pattern).matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
    } catch {
      throw .invalid("\(pattern.debugDescription) is not a regular expression that can be used: \(error)")
    }
  }
}
