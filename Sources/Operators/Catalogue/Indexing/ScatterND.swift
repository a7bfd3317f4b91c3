import Graph
import KernelRuntime

/// A tensor with slices replaced by updates, or combined with them, at tuples of indices.
enum ScatterNDOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType([0, 2])
    if let x = try call.shape(0, minimumRank: 1), let indices = try call.shape(1, minimumRank: 1),
      let length = indices.last?.value
    {
      guard length >= 0, length <= x.count else {
        throw .shape("ScatterND has tuples of \(length) indices into \(x.count) dimensions")
      }
      let wanted = Array(indices.dropLast() + x[length...])
      if let updates = try call.shape(2, rank: wanted.count) {
        for d in wanted.indices { _ = try call.unify(wanted[d], updates[d], "the extents of slices and updates") }
      }
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ScatterNDKernel(reduction: try call.choice("reduction"))
  }
}
