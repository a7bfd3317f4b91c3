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
    EinsumKernel(equation: try call.string("equation"))
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
