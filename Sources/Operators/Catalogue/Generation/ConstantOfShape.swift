import Graph
import KernelRuntime

/// A tensor of a given shape, all of whose elements are one constant.
enum ConstantOfShapeOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try value(call)?.type ?? .float, try call.shape(from: 0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let value = try value(call)
    return try unwrap { () throws(KernelError) in try ConstantOfShapeKernel(value: value) }
  }

  private static func value(_ call: OperatorCall) throws(Diagnostic) -> Tensor? {
    guard let value = try call.optionalTensor("value") else { return nil }
    guard value.count == 1 else {
      throw .attribute("value of ConstantOfShape must have one element, not \(value.count)")
    }
    return value
  }
}
