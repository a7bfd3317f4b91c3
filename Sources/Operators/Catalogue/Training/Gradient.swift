import Graph
import KernelRuntime

/// The derivatives of one value with respect to others, by reverse-mode differentiation of what lies between them.
///
/// The gradient of a tensor is that of the sum of its elements.
enum GradientOp: NamingOp {
  static let domain = "ai.onnx.preview.training"

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    var types: [ValueType] = []
    for i in try call.strings("xs").indices { types.append(try call.type(i)) }
    return types
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? { nil }

  static func expand(
    _ call: OperatorCall, _ names: [String: ValueID], _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID] {
    let xs = try call.strings("xs")
    let zs = try call.optionalStrings("zs") ?? []
    guard call.resultCount <= xs.count, builder.operands.count == xs.count + zs.count else {
      throw Diagnostic(
        .error, .arity,
        "\(call.op) has \(builder.operands.count) inputs and \(call.resultCount) outputs, but names \(xs.count) xs "
          + "and \(zs.count) zs")
    }
    func named(_ name: String) throws(Diagnostic) -> ValueID {
      guard let value = names[name] else {
        throw .attribute("\(call.op) names \"\(name)\", which no earlier node makes")
      }
      return value
    }
    var variables: [Differentiation.Variable] = []
    for (i, name) in (xs + zs).enumerated() {
      variables.append(
        Differentiation.Variable(named: try named(name), given: try builder.required(i), isDifferentiated: i < xs.count)
      )
    }
    guard Set(variables.map(\.named)).count == variables.count else {
      throw .attribute("\(call.op) names one value twice among xs and zs")
    }
    let gradients = try Differentiation.gradients(of: named(call.string("y")), variables, &builder)
    return Array(gradients.prefix(xs.count))
  }
}
