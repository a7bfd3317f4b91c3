import Graph
import KernelRuntime

/// The elements of a sequence one behind the other along an axis, which may be a new one.
enum ConcatFromSequenceOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let element = try call.elementOfSequence(0).tensor else {
      throw .type("input 0 of ConcatFromSequence must be a sequence of tensors")
    }
    guard var shape = element.shape else { return [.tensor(element)] }
    if try call.flag("new_axis") {
      shape.insert(.local("count"), at: try call.axis(call.int("axis"), rank: shape.count + 1))
    } else {
      shape[try call.axis(call.int("axis"), rank: shape.count)] = .local("sum")
    }
    return [.tensor(TensorType(element.elementType, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ConcatFromSequenceKernel(axis: try call.int("axis"), newAxis: try call.flag("new_axis"))
  }
}
