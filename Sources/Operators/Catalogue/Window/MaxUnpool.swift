import Graph
import KernelRuntime

/// The elements that a maximum pooling kept, put back where they were, with zeros between them.
enum MaxUnpoolOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let window = try WindowAttributes(call)
    guard let x = try call.shape(0, minimumRank: 3) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: window.kernelShape.count + 2))]
    }
    if let indices = try call.shape(1, rank: x.count) {
      for d in x.indices { _ = try call.unify(x[d], indices[d], "the extents of the values and indices") }
    }
    let rank = x.count - 2
    guard window.kernelShape.count == rank, window.strides.isEmpty || window.strides.count == rank,
      window.pads.isEmpty || window.pads.count == 2 * rank
    else { throw .attribute("kernel_shape, strides or pads of MaxUnpool do not fit \(rank) dimensions") }
    if call.has(2) {
      let shape = try call.shape(from: 2)
      if let shape, shape.count != x.count {
        throw .shape("output_shape of MaxUnpool has \(shape.count) extents for \(x.count) dimensions")
      }
      return [try call.tensorType(like: 0, shape ?? call.unknownShape(rank: x.count))]
    }
    var shape = Array(x[..<2])
    for d in 0..<rank {
      let stride = Dimension(window.strides.isEmpty ? 1 : window.strides[d])
      let pads = window.pads.isEmpty ? 0 : Dimension(window.pads[d]) + Dimension(window.pads[rank + d])
      shape.append((x[d + 2] - 1) * stride + Dimension(window.kernelShape[d]) - pads)
    }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try unpoolKernel(call) }

  static func unpoolKernel(_ call: OperatorCall) throws(Diagnostic) -> MaxUnpoolKernel {
    let window = try WindowAttributes(call)
    return MaxUnpoolKernel(kernelShape: window.kernelShape, strides: window.strides, pads: window.pads)
  }
}
