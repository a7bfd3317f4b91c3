import Graph
import KernelRuntime

/// An operator of ONNX Runtime's own operator set, which its optimizer and exporters write into files; said by standard
/// operators. Source: ONNX Runtime's documentation of its contributed operators.
///
/// The types are named for the operators with "Microsoft" before, since some share a name with a standard one.
protocol MicrosoftOp: ExpandedOp {}

extension MicrosoftOp {
  static var domain: String { "com.microsoft" }
  static var name: OperatorName {
    let type = typeName(Self.self).dropFirst("Microsoft".count).dropLast("Op".count)
    return OperatorName(String(type), domain: domain)
  }
}

/// An activation that a fused operator applies to its result.
struct FusedActivation {
  private let function: String
  /// The function's parameters, in the order in which it takes them.
  private let parameters: [Float]

  init(_ function: String?, _ parameters: [Float]) {
    self.function = function ?? ""
    self.parameters = parameters
  }

  func apply(_ x: ValueID, _ type: ElementType, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
    func attribute(_ name: String, _ i: Int) -> [String: AttributeValue] {
      parameters.indices.contains(i) ? [name: .float(parameters[i])] : [:]
    }
    switch function {
    case "": return x
    case "Relu", "Tanh", "Sigmoid", "Softplus", "Softsign", "HardSwish": return try builder.add(function, [x])
    case "LeakyRelu", "Elu", "ThresholdedRelu": return try builder.add(function, [x], attribute("alpha", 0))
    case "HardSigmoid":
      return try builder.add(function, [x], attribute("alpha", 0).merging(attribute("beta", 1)) { a, _ in a })
    case "Clip":
      guard parameters.count >= 2 else { throw .attribute("the activation Clip lacks its limits") }
      return try builder.add(
        "Clip", [x, builder.constant(Double(parameters[0]), type), builder.constant(Double(parameters[1]), type)])
    default: throw .unsupported("the activation \"\(function)\"")
    }
  }
}

extension OperatorCall {
  /// A call of the same operator on operands of other types, of which nothing more is known.
  func with(_ types: [ValueType?], attributes: [String: AttributeValue] = [:]) -> OperatorCall {
    OperatorCall(
      op: op, attributes: attributes, operands: types.map { $0.map { Operand(type: $0) } }, resultCount: resultCount)
  }

  /// The types of a normalization's statistics: operand 0's shape but for the last dimension, which is 1.
  func statisticsType() throws(Diagnostic) -> ValueType {
    .tensor(TensorType(.float, try shape(0, minimumRank: 1).map { $0.dropLast() + [1] }))
  }
}
