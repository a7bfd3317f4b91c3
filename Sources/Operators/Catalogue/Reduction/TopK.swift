import Graph
import KernelRuntime

/// The greatest or least elements along an axis, and where they lie.
enum TopKOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else {
      return [try call.tensorType(like: 0, nil), .tensor(TensorType(.int64, nil))]
    }
    let axis = try call.axis(call.int("axis"), rank: shape.count)
    let count = call.dimensions(1)?.first ?? .local("k")
    if let k = count.value {
      guard k >= 0 else { throw .shape("TopK is asked for \(k) elements") }
      if let extent = shape[axis].value, k > extent {
        throw .shape("TopK is asked for \(k) elements of \(extent)")
      }
    }
    shape[axis] = count
    return [try call.tensorType(like: 0, shape), .tensor(TensorType(.int64, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    TopKKernel(axis: try call.int("axis"), largest: try call.flag("largest"), sorted: try call.flag("sorted"))
  }
}
