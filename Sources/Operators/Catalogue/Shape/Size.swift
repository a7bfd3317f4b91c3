import Graph
import KernelRuntime

/// The number of its operand's elements.
enum SizeOp: OperatorDefinition {
  static let propagation = ValuePropagation.custom { call in
    guard let shape = try? call.shape(0) else { return nil }
    return SymbolicTensor(shape: [], elements: [call.count(shape)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.tensor(0)
    return [.tensor(TensorType(.int64, []))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SizeKernel() }
}
