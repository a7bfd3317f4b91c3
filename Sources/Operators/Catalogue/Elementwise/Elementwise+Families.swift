import Graph
import KernelRuntime

/// An operator that applies a function to each element of its operand.
protocol UnaryElementwiseOp: OperatorDefinition {
  static var function: UnaryFunction { get }
  /// The names of the attributes that are the function's parameters.
  static var parameters: [String] { get }
}

extension UnaryElementwiseOp {
  static var parameters: [String] { [] }
  static var dimensionOrder: DimensionOrder { .free }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.tensor(0)
    switch function {
    case .isNaN, .isInf: return [.tensor(TensorType(.bool, x.shape))]
    default: return [.tensor(x)]
    }
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    var values: [Double] = []
    for name in parameters { values.append(Double(try call.float(name))) }
    return UnaryKernel(function: function, parameters: values)
  }
}

/// An operator that combines two tensors element by element, broadcast against each other.
protocol BinaryElementwiseOp: OperatorDefinition {
  static func function(_ call: OperatorCall) throws(Diagnostic) -> BinaryFunction
  /// The type of the result's elements, given that of the first operand's.
  static func resultType(_ operand: ElementType) -> ElementType
}

extension BinaryElementwiseOp {
  static func resultType(_ operand: ElementType) -> ElementType { operand }
  static var dimensionOrder: DimensionOrder { .free }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try call.broadcast([call.shape(0), call.shape(1)])
    return [.tensor(TensorType(resultType(try call.elementType(0)), shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    BinaryKernel(function: try function(call))
  }
}

/// A comparison: its result is boolean.
protocol ComparisonOp: BinaryElementwiseOp {}

extension ComparisonOp {
  static func resultType(_ operand: ElementType) -> ElementType { .bool }
}

/// An operator that folds any number of tensors into one, two at a time.
protocol VariadicElementwiseOp: OperatorDefinition {
  static var function: BinaryFunction { get }
}

extension VariadicElementwiseOp {
  static var dimensionOrder: DimensionOrder { .free }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    var shapes: [[Dimension]?] = []
    for i in call.operands.indices { shapes.append(try call.shape(i)) }
    return [.tensor(TensorType(try call.sameElementType(call.operands.indices), try call.broadcast(shapes)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    guard call.operands.count == 2 else { throw .unsupported("\(name) of \(call.operands.count) inputs is expanded") }
    return BinaryKernel(function: function)
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard call.operands.count != 2, let first = builder.operands.first, var result = first else { return nil }
    for next in builder.operands.dropFirst() { result = try builder.add(name.type, [result, next]) }
    return [result]
  }
}
