import Graph
import KernelRuntime

/// Sums of products of its operands' elements over indices, as an equation says.
enum EinsumOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(call.operands.indices)
    var shapes: [[Dimension]] = []
    for i in call.operands.indices {
      guard let shape = try call.shape(i) else { return [.tensor(TensorType(type, nil))] }
      shapes.append(shape)
    }
    return [.tensor(TensorType(type, try Equation(call).shape(of: shapes, call)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    guard call.operands.count <= EinsumKernel.maximalOperands else {
      throw .unsupported("Einsum of \(call.operands.count) inputs is expanded")
    }
    return EinsumKernel(equation: try call.string("equation"))
  }

  /// Many operands are multiplied two at a time, until one call can take the rest.
  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard call.operands.count > EinsumKernel.maximalOperands else { return nil }
    let (pairs, last) = try Equation(call).steps(leaving: EinsumKernel.maximalOperands)
    var product = try builder.required(0)
    for (i, pair) in pairs.enumerated() {
      product = try builder.add("Einsum", [product, builder.required(i + 1)], ["equation": .string(pair)])
    }
    let rest = builder.operands.dropFirst(pairs.count + 1)
    return [try builder.add("Einsum", [product] + rest, ["equation": .string(last)])]
  }

  /// The two sides of an equation such as "ij,jk->ik".
  private struct Equation {
    private let terms: [Substring]
    /// Nil where the equation leaves the result to follow from the terms.
    private let result: Substring?

    init(_ call: OperatorCall) throws(Diagnostic) {
      let text = try call.string("equation").filter { $0 != " " }
      let arrow = text.firstRange(of: "->")
      terms = text[..<(arrow?.lowerBound ?? text.endIndex)].split(separator: ",", omittingEmptySubsequences: false)
      result = arrow.map { text[$0.upperBound...] }
      guard terms.count == call.operands.count else {
        throw .attribute("the equation of Einsum has \(terms.count) terms for \(call.operands.count) inputs")
      }
    }

    func shape(of shapes: [[Dimension]], _ call: OperatorCall) throws(Diagnostic) -> [Dimension] {
      var extents: [Character: Dimension] = [:]
      var counts: [Character: Int] = [:]
      var ellipses: [[Dimension]] = []
      for (term, shape) in zip(terms, shapes) {
        let (before, after) = try split(term)
        let rest = shape.count - before.count - after.count
        guard rest == 0 || (rest > 0 && term.contains(".")) else {
          throw .shape("the term \"\(term)\" of Einsum does not fit a tensor of \(shape.count) dimensions")
        }
        ellipses.append(Array(shape[before.count..<(before.count + rest)]))
        for (letter, extent) in zip(before + after, shape[..<before.count] + shape.suffix(after.count)) {
          let known = extents[letter] ?? extent
          // As in a broadcast, 1 goes with any extent.
          if known == 1 || extent == 1 {
            extents[letter] = known == 1 ? extent : known
          } else {
            extents[letter] = try call.unify(known, extent, "the extents \"\(letter)\"")
          }
          counts[letter, default: 0] += 1
        }
      }
      let ellipsis = try call.broadcast(ellipses) ?? []
      guard let result else {
        let once = counts.filter { $0.value == 1 }.keys.sorted()
        return ellipsis + once.compactMap { extents[$0] }
      }
      let (before, after) = try split(result)
      var shape: [Dimension] = []
      for letter in before + after {
        guard let extent = extents[letter] else {
          throw .attribute("the result of Einsum has the index \"\(letter)\", which no term has")
        }
        shape.append(extent)
      }
      if result.contains(".") { shape.insert(contentsOf: ellipsis, at: before.count) }
      return shape
    }

    /// The equations of products of the first two operands, of that and the third and so on, and the one that is left
    /// for `count` operands. A product keeps the letters that later terms or the result have.
    func steps(leaving count: Int) throws(Diagnostic) -> (pairs: [String], last: String) {
      var lastTerm: [Character: Int] = [:]
      var counts: [Character: Int] = [:]
      for (i, term) in terms.enumerated() {
        let (before, after) = try split(term)
        for letter in before + after {
          lastTerm[letter] = i
          counts[letter, default: 0] += 1
        }
      }
      let dots = terms.contains { $0.contains(".") } ? "..." : ""
      let result = result.map(String.init) ?? dots + String(counts.filter { $0.value == 1 }.keys.sorted())
      var product = String(terms[0])
      var pairs: [String] = []
      for i in 1...(terms.count - count) {
        var kept: [Character] = []
        for letter in product + terms[i] where letter != "." && !kept.contains(letter) {
          if lastTerm[letter, default: 0] > i || result.contains(letter) { kept.append(letter) }
        }
        let both = "\(product),\(terms[i])"
        product = (both.contains(".") ? "..." : "") + String(kept)
        pairs.append("\(both)->\(product)")
      }
      let rest = [product] + terms[(terms.count - count + 1)...].map(String.init)
      return (pairs, "\(rest.joined(separator: ","))->\(result)")
    }

    /// The letters before and after a term's ellipsis; all are before it where there is none.
    private func split(_ term: Substring) throws(Diagnostic) -> ([Character], [Character]) {
      let dots = term.firstRange(of: "...")
      let before = Array(term[..<(dots?.lowerBound ?? term.endIndex)])
      let after = Array(term[(dots?.upperBound ?? term.endIndex)...])
      guard (before + after).allSatisfy({ $0.isASCII && $0.isLetter }) else {
        throw .attribute("the term \"\(term)\" of Einsum has other characters than letters")
      }
      return (before, after)
    }
  }
}
