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
    let type = String(describing: Self.self).dropFirst("Microsoft".count).dropLast("Op".count)
    return OperatorName(String(type), domain: domain)
  }
}

extension NodeBuilder {
  /// Operand `i` of the node that is being rewritten, where there is one.
  func operand(_ i: Int) -> ValueID? { operands.indices.contains(i) ? operands[i] : nil }

  /// Operand `i`, which the schema has seen to be there.
  func required(_ i: Int) throws(Diagnostic) -> ValueID {
    guard let value = operand(i) else { throw Diagnostic(.error, .arity, "input \(i) is missing") }
    return value
  }

  /// A value plus another, or alone where that is absent.
  mutating func sum(_ a: ValueID, _ b: ValueID?) throws(Diagnostic) -> ValueID {
    if let b { try add("Add", [a, b]) } else { a }
  }

  /// A value times a number, in the value's type.
  mutating func scaled(_ a: ValueID, by factor: Float, _ type: ElementType) throws(Diagnostic) -> ValueID {
    factor == 1 ? a : try add("Mul", [a, constant(Double(factor), type)])
  }

  /// A value in another element type.
  mutating func cast(_ a: ValueID, to type: ElementType) throws(Diagnostic) -> ValueID {
    guard graph[a].type?.tensor?.elementType != type else { return a }
    return try add("Cast", [a], ["to": .int(Int(type.rawValue))])
  }

  /// A value with the dimensions `(batch, length, heads · size)` as one with `(batch, heads, length, size)`.
  mutating func splitHeads(_ a: ValueID, _ heads: Int) throws(Diagnostic) -> ValueID {
    let split = try add("Reshape", [a, constant([0, 0, heads, -1])])
    return try add("Transpose", [split], ["perm": .ints([0, 2, 1, 3])])
  }

  /// The part of a value from one index on, up to another, along an axis.
  mutating func slice(_ a: ValueID, _ range: Range<Int>, axis: Int) throws(Diagnostic) -> ValueID {
    try add("Slice", [a, constant([range.lowerBound]), constant([range.upperBound]), constant([axis])])
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
