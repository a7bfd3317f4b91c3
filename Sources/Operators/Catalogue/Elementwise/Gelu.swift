import Graph
import KernelRuntime

/// The Gaussian error linear unit: exact, or approximated by the hyperbolic tangent.
enum GeluOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.free

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.type(0)] }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    switch try call.string("approximate") {
    case "none": return UnaryKernel(function: .gelu)
    case "tanh": return UnaryKernel(function: .geluTanh)
    case let other: throw .attribute("approximate of Gelu is \"\(other)\", neither none nor tanh")
    }
  }
}
