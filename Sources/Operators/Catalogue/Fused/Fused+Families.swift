import Graph
import KernelRuntime

/// An operator that the compiler makes of several, for a kernel that does their work in one pass. Models do not contain
/// them, and only tensors of type float have them.
protocol FusedOp: OperatorDefinition {}

extension FusedOp {
  static var domain: String { ResultHalf.domain }
}

extension OperatorSchema {
  /// The attributes of what a fused operator does in the end: limits, then an activation by the name of its
  /// `UnaryFunction`, with its parameters.
  public static let epilogueAttributes: [Attribute] = [
    .float("low"), .float("high"), .string("activation"), .floats("activation_parameters"),
  ]
}

extension OperatorCall {
  /// What a fused operator's attributes say that it does in the end: lower and upper limit, activation.
  ///
  /// - Parameter prefix: what the names of the attributes start with.
  func epilogue(_ prefix: String = "") throws(Diagnostic) -> (Float?, Float?, UnaryKernel?) {
    (try optionalFloat("\(prefix)low"), try optionalFloat("\(prefix)high"), try activation(prefix))
  }

  private func activation(_ prefix: String) throws(Diagnostic) -> UnaryKernel? {
    guard let name = try optionalString("\(prefix)activation") else { return nil }
    guard let function = UnaryFunction(rawValue: name) else {
      throw .attribute("\(prefix)activation of \(op) is \"\(name)\", which is none of its values")
    }
    let parameters = try optionalFloats("\(prefix)activation_parameters") ?? []
    return UnaryKernel(function: function, parameters: parameters.map(Double.init))
  }
}
