import Graph
import KernelRuntime

/// Slices of a tensor along an axis, picked by indices.
enum GatherOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0), let indices = try call.shape(1) else { return [try call.tensorType(like: 0, nil)] }
    let axis = try call.axis(call.int("axis"), rank: x.count)
    return [try call.tensorType(like: 0, Array(x[..<axis] + indices + x[(axis + 1)...]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GatherKernel(axis: try call.int("axis"))
  }
}
