import Graph
import KernelRuntime

/// Slices of a tensor picked by tuples of indices.
enum GatherNDOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let batch = try call.int("batch_dims")
    guard let x = try call.shape(0, minimumRank: 1), let indices = try call.shape(1, minimumRank: 1),
      let length = indices.last?.value
    else { return [try call.tensorType(like: 0, nil)] }
    guard batch >= 0, batch < min(x.count, indices.count) else {
      throw .attribute("batch_dims of GatherND is \(batch), more than its inputs' dimensions allow")
    }
    guard length >= 1, length <= x.count - batch else {
      throw .shape("GatherND has tuples of \(length) indices into \(x.count - batch) dimensions")
    }
    var shape = Array(indices.dropLast())
    for d in 0..<batch { shape[d] = try call.unify(x[d], indices[d], "batch extents") }
    return [try call.tensorType(like: 0, shape + x[(batch + length)...])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GatherNDKernel(batchDims: try call.int("batch_dims"))
  }
}
