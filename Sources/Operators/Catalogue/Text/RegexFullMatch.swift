import Graph
import KernelRuntime

/// Whether each string as a whole matches a regular expression.
enum RegexFullMatchOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.bool, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RegexFullMatchKernel(pattern: try call.string("pattern"))
  }
}
