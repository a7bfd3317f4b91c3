import Graph
import KernelRuntime

/// Its operand as a matrix: the dimensions before an axis become the rows, the others the columns.
enum FlattenOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let axis = try call.int("axis")
    guard let shape = try call.shape(0) else { return [try call.tensorType(like: 0, call.unknownShape(rank: 2))] }
    guard axis >= -shape.count, axis <= shape.count else {
      throw .attribute("axis \(axis) of Flatten is outside a tensor of \(shape.count) dimensions")
    }
    let split = axis < 0 ? axis + shape.count : axis
    return [try call.tensorType(like: 0, [call.count(shape[..<split]), call.count(shape[split...])])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ViewKernel(kind: .flatten(axis: try call.int("axis")))
  }
}
