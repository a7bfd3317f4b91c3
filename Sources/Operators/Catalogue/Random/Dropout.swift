import Graph
import KernelRuntime

/// Its operand as it is; in training with elements dropped at random and the others scaled to make up for it.
enum DropoutOp: OperatorDefinition {
  static let isPure = false

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.type(0), .tensor(TensorType(.bool, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { DropoutKernel(seed: try call.seed()) }
}
