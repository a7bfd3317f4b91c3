import Graph
import KernelRuntime

/// Operators on elements one after another, in one pass over operands that are broadcast against each other.
///
/// Each step has the name of its function in `functions`, the two values that it takes in `arguments`, the second -1
/// for a function of one, and two numbers in `parameters`. Values are numbered as `FusedElementwiseKernel` does.
enum FusedElementwiseOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.variadic("X", "T")], outputs: [.one("Y", "T")],
      attributes: [.floats("constants"), .strings("functions"), .ints("arguments"), .floats("parameters")],
      types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    var shapes: [[Dimension]?] = []
    for i in call.operands.indices { shapes.append(try call.shape(i)) }
    return [.tensor(TensorType(try call.sameElementType(call.operands.indices), try call.broadcast(shapes)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let (functions, arguments, parameters) = (
      try call.strings("functions"), try call.ints("arguments"), try call.floats("parameters")
    )
    guard arguments.count == 2 * functions.count, parameters.count == arguments.count else {
      throw .attribute("functions, arguments and parameters of \(call.op) do not fit each other")
    }
    var steps: [FusedElementwiseKernel.Step] = []
    for (i, name) in functions.enumerated() {
      let numbers = Array(parameters[2 * i..<2 * i + 2])
      let function: FusedElementwiseKernel.Function
      if name == "clip" {
        function = .clip(low: numbers[0], high: numbers[1])
      } else if let binary = BinaryFunction(rawValue: name) {
        function = .binary(binary)
      } else if let unary = UnaryFunction(rawValue: name) {
        function = .unary(unary, parameters: Array(numbers.prefix(unary.defaultParameters.count)))
      } else {
        throw .attribute("functions of \(call.op) has \"\(name)\", which is none of its values")
      }
      steps.append(.init(function, arguments[2 * i..<2 * i + 2].filter { $0 >= 0 }))
    }
    return FusedElementwiseKernel(constants: try call.optionalFloats("constants") ?? [], steps: steps)
  }
}

extension FusedElementwiseKernel {
  /// The attributes of the operator's calls that have this kernel.
  public var attributes: [String: AttributeValue] {
    var (functions, arguments, parameters): ([String], [Int], [Float]) = ([], [], [])
    for step in steps {
      var numbers: [Float] = []
      switch step.function {
      case .clip(let low, let high):
        functions.append("clip")
        numbers = [low, high]
      case .binary(let function): functions.append(function.rawValue)
      case .unary(let function, let values):
        functions.append(function.rawValue)
        numbers = values
      }
      parameters += (numbers + [0, 0]).prefix(2)
      arguments += (step.arguments + [-1]).prefix(2)
    }
    return [
      "constants": .floats(constants), "functions": .strings(functions), "arguments": .ints(arguments),
      "parameters": .floats(parameters),
    ]
  }
}
