/// Sums products of the operands' elements over indices, as an equation such as "ij,jk->ik" says.
public struct EinsumKernel: Kernel {
  /// The most operands that one call multiplies.
  public static let maximalOperands = 4

  public var equation: String

  public init(equation: String) { self.equation = equation }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let specs = try (0..<operands.count).map { (i) throws(KernelError) in try operands.spec(i) }
    guard let first = specs.first else { throw .invalid("no operands") }
    for (i, spec) in specs.enumerated() { try require(spec, is: first.type, "operand \(i)") }
    guard specs.count <= Self.maximalOperands else { throw .unsupported("Einsum of \(specs.count) operands") }
    let plan = try Plan(equation, specs.map(\.shape))
    return try first.type.numeric(
      Visit(count: specs.count, plan: plan, result: try .checked(first.type, plan.shape)))
  }

  /// How many combinations of all indices there are.
  func combinations(_ shapes: [[Int]]) throws(KernelError) -> Double {
    let plan = try Plan(equation, shapes)
    return Double(plan.outer.count) * Double(plan.inner.count)
  }

  /// An equation as it applies to operands of some ranks.
  public struct Equation: Sendable {
    /// For each operand the index that each of its dimensions is stepped through by: a letter, or for a dimension of the
    /// ellipsis its number from the end, so that they broadcast.
    public let terms: [[String]]
    /// The indices of the result's dimensions.
    public let result: [String]

    /// - Throws: when this is no equation for such operands.
    public init(_ equation: String, ranks: [Int]) throws(KernelError) {
      let text = equation.filter { $0 != " " }
      let sides = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 1 || sides[1].hasPrefix(">") else {
        throw .invalid("the equation \(equation.debugDescription)")
      }
      let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
      guard terms.count == ranks.count else {
        throw .invalid("\(terms.count) terms in \(equation.debugDescription) for \(ranks.count) operands")
      }
      var lists: [[String]] = []
      for (term, rank) in zip(terms, ranks) {
        let letters = try Self.letters(term, rank: rank, ellipsis: nil)
        guard letters.count == rank else {
          throw .invalid("the term \(String(term).debugDescription) for \(rank) dimensions")
        }
        lists.append(letters)
      }
      self.terms = lists
      let order = lists.flatMap { $0 }
      let ellipsis = lists.map { $0.count { $0.hasPrefix(".") } }.max() ?? 0
      if sides.count > 1 {
        result = try Self.letters(sides[1].dropFirst(), rank: nil, ellipsis: ellipsis)
        guard Set(result).count == result.count, Set(order).isSuperset(of: result) else {
          throw .invalid("the result of \(equation.debugDescription)")
        }
      } else {
        // Implicit: the ellipsis, then the letters that occur once, in alphabetical order.
        let dots = (0..<ellipsis).reversed().map { ".\($0)" }
        let once = Set(order).filter { letter in !letter.hasPrefix(".") && order.count { $0 == letter } == 1 }
        result = dots + once.sorted()
      }
    }

    /// The extent of each index.
    public func extents(of shapes: [[Int]]) throws(KernelError) -> [String: Int] {
      var extents: [String: Int] = [:]
      for (letter, extent) in zip(terms.flatMap { $0 }, shapes.flatMap { $0 }) {
        let known = extents[letter] ?? 1
        guard known == extent || known == 1 || extent == 1 else {
          throw .invalid("the index \(letter) has the extents \(known) and \(extent)")
        }
        extents[letter] = known == 1 ? extent : known
      }
      return extents
    }

    private static func letters(
      _ term: Substring, rank: Int?, ellipsis: Int?
    ) throws(KernelError) -> [String] {
      var result: [String] = []
      var rest = term
      while let character = rest.first {
        if rest.hasPrefix("...") {
          rest = rest.dropFirst(3)
          let others = term.count - 3
          let count = ellipsis ?? max(0, (rank ?? 0) - others)
          result += (0..<count).reversed().map { ".\($0)" }
        } else {
          guard character.isASCII, character.isLetter else {
            throw .invalid("the term \(String(term).debugDescription)")
          }
          result.append(String(character))
          rest = rest.dropFirst()
        }
      }
      return result
    }
  }

  /// Which dimensions of the operands each index steps through.
  private struct Plan: Sendable {
    let shape: [Int]
    let outer: LoopNest
    let inner: LoopNest

    init(_ equation: String, _ shapes: [[Int]]) throws(KernelError) {
      let equation = try Equation(equation, ranks: shapes.map(\.count))
      let extents = try equation.extents(of: shapes)
      let summed = Set(extents.keys).subtracting(equation.result).sorted()
      func strides(_ letters: [String]) -> [[Int]] {
        zip(equation.terms, shapes).map { list, shape in
          let dense = denseStrides(shape)
          return letters.map { letter in
            // A letter that occurs twice in a term walks the diagonal.
            list.indices.reduce(0) { $0 + (list[$1] == letter && shape[$1] != 1 ? dense[$1] : 0) }
          }
        }
      }
      shape = equation.result.map { extents[$0] ?? 1 }
      outer = LoopNest(shape, strides: strides(equation.result))
      inner = LoopNest(summed.map { extents[$0] ?? 1 }, strides: strides(summed))
      _ = try TensorSpec.checked(.bool, summed.map { extents[$0] ?? 1 })
    }
  }

  private struct Visit: NumericVisitor {
    let count: Int
    let plan: Plan
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let a = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let b = count > 1 ? invocation.operand(1, as: T.self) : nil
        nonisolated(unsafe) let c = count > 2 ? invocation.operand(2, as: T.self) : nil
        nonisolated(unsafe) let d = count > 3 ? invocation.operand(3, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (outerStep, step) = (plan.outer.step, plan.inner.step)
        let grain = max(1, cheapGrain / 4 / max(1, plan.inner.count))
        invocation.threads.forRanges(plan.outer.count, grain: grain) { range in
          plan.outer.forEachRun(range) { start, run, base in
            for i in 0..<run {
              let origin = base &+ outerStep &* SIMD4(repeating: i)
              var sum = T.Compute.zero
              plan.inner.forEachRun(0..<plan.inner.count) { _, length, offset in
                let at = origin &+ offset
                for j in 0..<length {
                  var value = a[at[0] + j * step[0]].compute
                  if let b { value = value.multiplied(by: b[at[1] + j * step[1]].compute) }
                  if let c { value = value.multiplied(by: c[at[2] + j * step[2]].compute) }
                  if let d { value = value.multiplied(by: d[at[3] + j * step[3]].compute) }
                  sum = sum.adding(value)
                }
              }
              y[start + i] = T(compute: sum)
            }
          }
        }
      }
    }
  }
}
