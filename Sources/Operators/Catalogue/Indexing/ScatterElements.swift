import Graph
import KernelRuntime

/// A tensor with elements replaced by updates, or combined with them, at indices along one axis.
enum ScatterElementsOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType([0, 2])
    if let x = try call.shape(0) {
      _ = try call.axis(call.int("axis"), rank: x.count)
      guard let indices = try call.shape(1, rank: x.count), let updates = try call.shape(2, rank: x.count) else {
        return [try call.type(0)]
      }
      for d in indices.indices { _ = try call.unify(indices[d], updates[d], "the extents of indices and updates") }
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ScatterElementsKernel(axis: try call.int("axis"), reduction: try call.choice("reduction"))
  }
}
