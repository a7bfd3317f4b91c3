import Graph
import KernelRuntime

/// A tensor cut into parts along an axis, as a sequence.
enum SplitToSequenceOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else { return [.sequence(try call.tensorType(like: 0, nil))] }
    let axis = try call.axis(call.int("axis"), rank: shape.count)
    if call.has(1) {
      // Parts of one extent give a shape of their own only where that is all there are.
      let parts = Set(call.integers(1) ?? [])
      let isUniform = try call.shape(1)?.isEmpty != true && parts.count == 1
      shape[axis] = isUniform ? Dimension(parts.first ?? 0) : .local("part")
    } else if try call.flag("keepdims") {
      shape[axis] = 1
    } else {
      shape.remove(at: axis)
    }
    return [.sequence(try call.tensorType(like: 0, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SplitToSequenceKernel(axis: try call.int("axis"), keepDims: try call.flag("keepdims"))
  }
}
