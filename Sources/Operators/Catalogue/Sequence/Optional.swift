import Graph
import KernelRuntime

/// Its operand as an optional value, or without one the empty optional of a type.
enum OptionalOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if call.has(0) { return [.optional(try call.type(0))] }
    guard let type = try call.optionalType("type") else {
      throw .attribute("Optional without an input lacks its attribute \"type\"")
    }
    return [.optional(type)]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { OptionalKernel() }
}
