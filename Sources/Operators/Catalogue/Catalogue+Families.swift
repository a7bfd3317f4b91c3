import Graph
import KernelRuntime

/// An operator that is always rewritten into others.
public protocol ExpandedOp: OperatorDefinition {}

extension ExpandedOp {
  public static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    throw .unsupported("\(name) is run as the operators that it expands to")
  }
}

/// An operator whose one result has the type of its first operand.
protocol SameTypeOp: OperatorDefinition {}

extension SameTypeOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [.tensor(try call.tensor(0))] }
}
