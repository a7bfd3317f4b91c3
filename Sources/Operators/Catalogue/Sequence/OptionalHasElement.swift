import Graph
import KernelRuntime

/// Whether an optional value is there.
enum OptionalHasElementOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) -> [ValueType] { [.tensor(TensorType(.bool, []))] }
  static func kernel(_ call: OperatorCall) -> any Kernel { OptionalHasElementKernel() }
}
