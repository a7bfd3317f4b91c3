import Graph
import KernelRuntime

/// The values of a map as a tensor.
enum CastMapOp: ClassicalOp {
  private enum Form: String {
    case dense = "DENSE"
    case sparse = "SPARSE"
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard case .map = try call.type(0) else { throw .type("input 0 of \(name) is not a map") }
    let count = try length(call).map { Dimension($0) } ?? .local("count")
    return [.tensor(TensorType(try target(call), [1, count]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    CastMapKernel(to: try target(call), length: try length(call))
  }

  private static func length(_ call: OperatorCall) throws(Diagnostic) -> Int? {
    guard try call.choice("map_form", of: Form.self) == .sparse else { return nil }
    let length = try call.int("max_map")
    guard length >= 0, length <= 1 << 26 else {
      throw .attribute("max_map of \(name) is \(length)")
    }
    return length
  }

  private static func target(_ call: OperatorCall) throws(Diagnostic) -> ElementType {
    switch try call.string("cast_to") {
    case "TO_FLOAT": return .float
    case "TO_INT64": return .int64
    case "TO_STRING": return .string
    case let other: throw .attribute("cast_to of \(name) is \"\(other)\", which is none of its values")
    }
  }
}
