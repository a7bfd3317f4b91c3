import Graph
import KernelRuntime

/// The value of an optional that is not empty.
enum OptionalGetElementOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    switch try call.type(0) {
    case .optional(let element): return [element]
    case let type: return [type]
    }
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { OptionalGetElementKernel() }
}
