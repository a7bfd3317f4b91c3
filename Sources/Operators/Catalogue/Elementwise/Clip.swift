import Graph
import KernelRuntime

/// Each element confined to an interval.
enum ClipOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.free

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.type(0)] }
  static func kernel(_ call: OperatorCall) -> any Kernel { ClipKernel() }
}
