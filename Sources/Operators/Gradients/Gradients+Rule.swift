import Graph
import KernelRuntime

/// How the gradient of an operator's result becomes those of its operands: its vector-Jacobian products.
///
/// One file in `Gradients` an operator or family of operators.
package protocol GradientRule: Sendable {
  /// The operators that the rule serves, of ONNX's own set; by default the one that the type is named for.
  static var operators: [String] { get }
  /// Whether the rule takes gradients of other results than the first.
  static var takesAllResults: Bool { get }

  /// The gradient with respect to operand `i`. Where the operand was broadcast it may have the result's shape: whoever
  /// asks sums it up.
  ///
  /// - Returns: nil where the operand has no influence.
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID?
}

extension GradientRule {
  static var operators: [String] { [String(typeName(Self.self).dropLast("Gradient".count))] }
  static var takesAllResults: Bool { false }
}

/// One node whose results' gradients are known.
package struct GradientSite {
  let call: OperatorCall
  let operands: [ValueID?]
  let results: [ValueID]
  /// The gradient of each result, nil for one without influence.
  let gradients: [ValueID?]
  /// The element type of operand 0.
  let type: ElementType

  var x: ValueID { get throws(Diagnostic) { try operand(0) } }
  /// The first result.
  var y: ValueID { results[0] }
  /// The gradient of the first result.
  var dy: ValueID {
    get throws(Diagnostic) {
      guard let first = gradients.first, let gradient = first else {
        throw .unsupported("the first result of \(call.op) has no gradient")
      }
      return gradient
    }
  }

  func operand(_ i: Int) throws(Diagnostic) -> ValueID {
    guard i < operands.count, let operand = operands[i] else {
      throw Diagnostic(.error, .arity, "\(call.op) lacks its input \(i)")
    }
    return operand
  }
}

enum GradientRegistry {
  private static let rules: [String: any GradientRule.Type] = Dictionary(
    allGradients.flatMap { rule in rule.operators.map { ($0, rule) } },
    uniquingKeysWith: { first, _ in preconditionFailure("two gradient rules, one of them \(first), serve one operator")
    })

  static func rule(for op: OperatorName) -> (any GradientRule.Type)? { op.domain.isEmpty ? rules[op.type] : nil }
}
