import Graph
import KernelRuntime

/// The elements, or slices along an axis, that differ from each other, with where they come from and how often.
enum UniqueOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0)
    let count = Dimension.local("count")
    var result: [Dimension]? = [count]
    var extent: Dimension? = x.map(call.count)
    if let axis = try call.optionalInt("axis") {
      result = x
      extent = nil
      if let x {
        let axis = try call.axis(axis, rank: x.count)
        result?[axis] = count
        extent = x[axis]
      }
    }
    let indices = ValueType.tensor(TensorType(.int64, [count]))
    let inverse = ValueType.tensor(TensorType(.int64, [extent ?? .local("extent")]))
    return [try call.tensorType(like: 0, result), indices, inverse, indices]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    UniqueKernel(axis: try call.optionalInt("axis"), sorted: try call.flag("sorted"))
  }
}
